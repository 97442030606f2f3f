#pragma once

#include <memory>
#include <vector>

#include "proxy/http/filter.h"
#include "proxy/http/hcm_options.h"
#include "proxy/server/compiled_bootstrap.h"
#include "proxy/upstream/cluster_manager.h"

namespace orrery::server {

// What a filter's factory may be made from; one worker's.
struct FilterContext {
  net::Worker& worker;
  upstream::ClusterManager& clusters;
  const CompiledListener& listener;
};

// The factories of a configured chain, in order, from the plain list of filters in filters.cc. proxy/config has refused
// types that are not in the list.
std::vector<std::unique_ptr<http::FilterFactory>> newFilterFactories(const std::vector<http::HttpFilterOptions>& chain,
                                                                     const FilterContext& context);

}  // namespace orrery::server
