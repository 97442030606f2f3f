#include "proxy/server/compiled_bootstrap.h"

#include "proxy/server/filters.h"

namespace orrery::server {

CompiledBootstrap::CompiledBootstrap(std::shared_ptr<const config::Bootstrap> bootstrap, uint32_t concurrency)
    : bootstrap_(std::move(bootstrap)),
      concurrency_(concurrency),
      serverStats_(layout_),
      clusters_(std::make_shared<upstream::ClusterSet>(bootstrap_->clusters, layout_)),
      runtime_(std::make_shared<runtime::Snapshot>(bootstrap_->runtime)) {}

Result<std::shared_ptr<const CompiledBootstrap>> CompiledBootstrap::compile(
    std::shared_ptr<const config::Bootstrap> bootstrap, uint32_t concurrency) {
  std::shared_ptr<CompiledBootstrap> compiled(new CompiledBootstrap(std::move(bootstrap), concurrency));
  for (const net::ListenerOptions& options : compiled->bootstrap_->listeners) {
    const std::string prefix = net::listenerStatPrefix(
        !options.statPrefix.empty() || options.addresses.empty() ? options.statPrefix : options.addresses[0].text());
    auto hcmOptions = std::static_pointer_cast<const http::HcmOptions>(options.chain.filters.back().options);
    auto plans = planFilters(http::CompiledHcm::allFilters(*hcmOptions),
                             {compiled->layout_, hcmOptions->statPrefix, compiled->bootstrap_->nodeCluster});
    auto hcm =
        http::CompiledHcm::compile(std::move(hcmOptions), compiled->layout_, prefix, compiled->bootstrap_->nodeCluster,
                                   compiled->bootstrap_->nodeId, std::move(plans));
    if (!hcm) return makeError("listener " + options.name + ": " + hcm.error().message);
    compiled->listeners_.push_back(
        {&options, net::ListenerStats(compiled->layout_, prefix, concurrency), std::move(*hcm)});
  }
  return compiled;
}

}  // namespace orrery::server
