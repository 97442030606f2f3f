#pragma once

#include "proxy/config/translate.h"

// Hosts of a cluster and how they are chosen (translate_balancing.cc, translate_endpoints.cc).
namespace orrery::config {

void setLoadBalancing(Translation& t, const envoy::config::cluster::v3::Cluster& message,
                      upstream::ClusterOptions& out);
void setEndpoints(Translation& t, const envoy::config::cluster::v3::Cluster& message, upstream::ClusterOptions& out);

}  // namespace orrery::config
