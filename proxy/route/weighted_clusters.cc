#include "proxy/route/weighted_clusters.h"

#include <optional>

#include "proxy/base/ascii.h"

namespace orrery::route {

const WeightedCluster* pickWeighted(const RouteAction& action, message::HeaderMap& headers,
                                    const stream_info::StreamInfo& info, const runtime::Snapshot& runtime,
                                    uint64_t random, std::span<const bool> without) {
  if (action.clusterTree != nullptr) {
    const auto chosen = match::matchTree(
        *action.clusterTree,
        {headers, info.downstreamRemoteAddress, info.downstreamDirectRemoteAddress, info.downstreamLocalAddress});
    return chosen ? &action.weighted[*chosen] : nullptr;
  }
  const auto weightOf = [&](const WeightedCluster& w) -> uint64_t {
    if (!without.empty() && without[static_cast<size_t>(&w - action.weighted.data())]) return 0;
    return w.runtimeKey.empty() ? w.weight : runtime.integer(w.runtimeKey, w.weight);
  };
  uint64_t total = 0;
  for (const WeightedCluster& w : action.weighted) total += weightOf(w);
  if (total == 0) return nullptr;
  std::optional<uint64_t> selection;
  if (action.weightedHeader) selection = parseDecimal(headers.get(*action.weightedHeader));
  if (!selection && action.weightedByHash) selection = hashOf(action.hashPolicies, headers, info).value;
  uint64_t chosen = selection.value_or(random) % total;
  for (const WeightedCluster& w : action.weighted) {
    const uint64_t weight = weightOf(w);
    if (chosen < weight) return &w;
    chosen -= weight;
  }
  return nullptr;
}

}  // namespace orrery::route
