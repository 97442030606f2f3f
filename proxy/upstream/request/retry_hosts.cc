#include "proxy/upstream/request/retry_hosts.h"

#include <algorithm>

namespace orrery::upstream {
namespace {

// Every label asked for is there with that value, or with a list that holds it (Envoy's metadataLabelMatch).
bool matches(const stream_info::Value::Object& wanted, const stream_info::Value& labels) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const stream_info::Value::Member& label) {
    const stream_info::Value* found = labels.find(label.name);
    if (found == nullptr) return false;
    const stream_info::Value::List* list = found->list();
    if (list == nullptr) return *found == label.value;
    return std::find(list->begin(), list->end(), label.value) != list->end();
  });
}

}  // namespace

void RetryHosts::note(const ClusterInfo& cluster, uint32_t host) {
  if (policy_.previousHostsPredicate) hosts_.push_back({&cluster, host});
  if (policy_.previousPriorities) priorities_.push_back(cluster.hosts[host].options.priority);
}

bool RetryHosts::avoids(const ClusterInfo& cluster, uint32_t host) const {
  if (std::find(hosts_.begin(), hosts_.end(), Host{&cluster, host}) != hosts_.end()) return true;
  const EndpointOptions& options = cluster.hosts[host].options;
  if (policy_.omitCanaryHosts && options.canary) return true;
  return policy_.omitHosts && matches(*policy_.omitHosts, options.labels);
}

const PriorityLoad* RetryHosts::load(const ClusterInfo& cluster) {
  if (!policy_.previousPriorities || priorities_.size() < *policy_.previousPriorities) return nullptr;
  if (priorities_.size() % *policy_.previousPriorities == 0) {
    excluded_.resize(std::max(excluded_.size(), cluster.sets.size()));
    for (uint32_t priority : priorities_) {
      if (priority < excluded_.size()) excluded_[priority] = true;
    }
    adjusted_ = loadWithout(availabilityOf(cluster.sets, cluster.options.overprovisioningFactor), excluded_, load_);
    // Nothing was left, so all count again.
    if (std::none_of(excluded_.begin(), excluded_.end(), [](bool e) { return e; })) priorities_.clear();
  }
  return adjusted_ ? &load_ : nullptr;
}

}  // namespace orrery::upstream
