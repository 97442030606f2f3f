#include "proxy/upstream/cluster_set.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/match/header_matcher.h"
#include "proxy/match/regex.h"

namespace orrery::upstream {
namespace {

void compilePatterns(ClusterOptions& options) {
  for (route::HashPolicy& policy : options.hashPolicies) {
    if (policy.rewrite) ORRERY_ASSERT(match::compile(*policy.rewrite), "a pattern that was found good");
  }
  if (!options.retry) return;
  ORRERY_ASSERT(match::compileMatchers(options.retry->retriableHeaders), "a pattern that was found good");
  ORRERY_ASSERT(match::compileMatchers(options.retry->retriableRequestHeaders), "a pattern that was found good");
}

}  // namespace

ClusterInfo::ClusterInfo(ClusterOptions o, stats::Layout& layout)
    : options(std::move(o)),
      stats(layout, options.altStatName.empty() ? options.name : options.altStatName, options.http2Upstream),
      sets(makeHostSets(options)) {
  compilePatterns(options);
  const std::string name = options.altStatName.empty() ? options.name : options.altStatName;
  for (RoutePriority priority : {RoutePriority::kDefault, RoutePriority::kHigh}) {
    if (options.breakersOf(priority).trackRemaining) stats.trackRemaining(layout, name, priority);
  }
  if (options.lbPolicy == LbPolicy::kRingHash) stats.addRingHash(layout, name);
  if (options.lbPolicy == LbPolicy::kMaglev) stats.addMaglev(layout, name);
  hosts.reserve(options.endpoints.size());
  for (const EndpointOptions& endpoint : options.endpoints) hosts.push_back({endpoint, endpoint.address.text()});
}

ClusterSet::ClusterSet(std::vector<ClusterOptions> clusters, stats::Layout& layout) {
  clusters_.reserve(clusters.size());
  for (ClusterOptions& options : clusters) {
    byName_.push_back(static_cast<uint32_t>(clusters_.size()));
    clusters_.emplace_back(std::move(options), layout);
  }
  std::sort(byName_.begin(), byName_.end(),
            [this](uint32_t a, uint32_t b) { return clusters_[a].options.name < clusters_[b].options.name; });
}

std::optional<uint32_t> ClusterSet::find(std::string_view name) const {
  const auto before = [this](uint32_t index, std::string_view n) { return clusters_[index].options.name < n; };
  const auto at = std::lower_bound(byName_.begin(), byName_.end(), name, before);
  if (at == byName_.end() || clusters_[*at].options.name != name) return std::nullopt;
  return *at;
}

}  // namespace orrery::upstream
