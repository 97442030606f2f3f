#include <algorithm>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "proxy/config/translate_balancing.h"
#include "proxy/config/translate_value.h"

namespace orrery::config {
namespace {

upstream::HostHealth toHealth(envoy::config::core::v3::HealthStatus status) {
  using envoy::config::core::v3::HealthStatus;
  switch (status) {
    case HealthStatus::UNHEALTHY:
    case HealthStatus::DRAINING:
    case HealthStatus::TIMEOUT: return upstream::HostHealth::kUnhealthy;
    case HealthStatus::DEGRADED: return upstream::HostHealth::kDegraded;
    default: return upstream::HostHealth::kHealthy;
  }
}

}  // namespace

void setEndpoints(Translation& t, const envoy::config::cluster::v3::Cluster& message, upstream::ClusterOptions& out) {
  const auto scope = t.path.field("load_assignment");
  if (message.load_assignment().policy().has_overprovisioning_factor()) {
    out.overprovisioningFactor = message.load_assignment().policy().overprovisioning_factor().value();
  }
  forEachOf(t, "endpoints", message.load_assignment().endpoints(), [&](const auto& locality) {
    forEachOf(t, "lb_endpoints", locality.lb_endpoints(), [&](const auto& endpoint) {
      upstream::EndpointOptions options;
      const auto inner = t.path.field("endpoint");
      const auto address = t.path.field("address");
      options.address = toAddress(t, endpoint.endpoint().address());
      options.hostname = endpoint.endpoint().hostname();
      if (endpoint.has_load_balancing_weight()) options.weight = endpoint.load_balancing_weight().value();
      const auto& metadata = endpoint.metadata().filter_metadata();
      if (const auto labels = metadata.find("envoy.lb"); labels != metadata.end()) {
        options.labels.is = toObject(labels->second);
        const stream_info::Value* canary = options.labels.find("canary");
        options.canary = canary != nullptr && canary->is == stream_info::Value{true}.is;
      }
      options.metadata = toMetadata(endpoint.metadata());
      options.priority = locality.priority();
      options.health = toHealth(endpoint.health_status());
      // By priority; those of one in the order of the file.
      const auto behind = [](uint32_t priority, const auto& endpoint) { return priority < endpoint.priority; };
      const auto at = std::upper_bound(out.endpoints.begin(), out.endpoints.end(), options.priority, behind);
      out.endpoints.insert(at, std::move(options));
    });
  });
}

}  // namespace orrery::config
