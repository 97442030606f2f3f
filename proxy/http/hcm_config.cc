#include "proxy/http/hcm_config.h"

namespace orrery::http {

Result<std::shared_ptr<const CompiledHcm>> CompiledHcm::compile(std::shared_ptr<const HcmOptions> options,
                                                                stats::Layout& layout,
                                                                const std::string& listenerPrefix,
                                                                const std::string& nodeCluster,
                                                                const std::string& nodeId) {
  std::shared_ptr<const route::RouteConfig> routes = options->routes;
  if (!routes) routes = std::make_shared<const route::RouteConfig>();
  auto table = route::RouteTable::compile(std::move(routes));
  if (!table) return std::unexpected(table.error());
  auto compiled =
      std::make_shared<CompiledHcm>(options, std::move(*table), HcmStats(layout, options->statPrefix, listenerPrefix));
  if (options->addUserAgent.value_or(false)) {
    compiled->userAgent = nodeCluster;
    compiled->serviceNode = nodeId;
  }
  return compiled;
}

}  // namespace orrery::http
