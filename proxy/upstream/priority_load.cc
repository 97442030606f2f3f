#include "proxy/upstream/priority_load.h"

#include <algorithm>
#include <numeric>

namespace orrery::upstream {
namespace {

constexpr size_t kNoPriority = SIZE_MAX;

uint32_t total(const PriorityAvailability& a) {
  const uint32_t sum = std::accumulate(a.healthy.begin(), a.healthy.end(), 0u) +
                       std::accumulate(a.degraded.begin(), a.degraded.end(), 0u);
  return std::min(sum, 100u);
}

// Gives `left` percent to the priorities in order, each what it can take; the first that can take any.
size_t distribute(const std::vector<uint32_t>& availability, uint32_t normalized, uint32_t& left,
                  std::vector<uint32_t>& load) {
  size_t first = kNoPriority;
  for (size_t i = 0; i < availability.size(); ++i) {
    if (first == kNoPriority && availability[i] > 0) first = i;
    load[i] = std::min(left, availability[i] * 100 / normalized);
    left -= load[i];
  }
  return first;
}

// What rounding leaves goes to the first priority that can take it.
void distributeAll(const PriorityAvailability& availability, uint32_t normalized, PriorityLoad& load) {
  uint32_t left = 100;
  const size_t healthy = distribute(availability.healthy, normalized, left, load.healthy);
  const size_t degraded = distribute(availability.degraded, normalized, left, load.degraded);
  if (healthy != kNoPriority) {
    load.healthy[healthy] += left;
  } else {
    load.degraded[degraded] += left;
  }
}

bool tooFewAvailable(const HostSet& set, uint32_t threshold) {
  const size_t all = set.hosts(HostGroup::kAll).size();
  if (all == 0) return threshold > 0;
  const size_t available = set.hosts(HostGroup::kHealthy).size() + set.hosts(HostGroup::kDegraded).size();
  return 100 * available < uint64_t{threshold} * all;
}

// Every priority is in panic: hosts count, not their health.
void distributeByHosts(const std::vector<HostSet>& sets, PriorityLoad& load) {
  size_t hosts = 0;
  for (const HostSet& set : sets) hosts += set.hosts(HostGroup::kAll).size();
  if (hosts == 0) {
    load.healthy[0] = 100;
    return;
  }
  uint32_t left = 100;
  size_t first = kNoPriority;
  for (size_t i = 0; i < sets.size(); ++i) {
    const size_t own = sets[i].hosts(HostGroup::kAll).size();
    if (first == kNoPriority && own > 0) first = i;
    load.healthy[i] = static_cast<uint32_t>(100 * own / hosts);
    load.degraded[i] = 0;
    left -= load.healthy[i];
  }
  load.healthy[first] += left;
}

}  // namespace

PriorityAvailability availabilityOf(const std::vector<HostSet>& sets, uint32_t factor) {
  PriorityAvailability out;
  for (const HostSet& set : sets) {
    const uint64_t all = set.hosts(HostGroup::kAll).size();
    const auto share = [&](HostGroup group) -> uint32_t {
      if (all == 0) return 0;
      return static_cast<uint32_t>(std::min<uint64_t>(100, factor * set.hosts(group).size() / all));
    };
    out.healthy.push_back(share(HostGroup::kHealthy));
    out.degraded.push_back(share(HostGroup::kDegraded));
  }
  return out;
}

BalancedPriorities balancePriorities(const std::vector<HostSet>& sets, uint32_t factor, uint32_t panicThreshold) {
  BalancedPriorities out;
  out.load.healthy.resize(sets.size());
  out.load.degraded.resize(sets.size());
  out.panic.resize(sets.size());
  const PriorityAvailability availability = availabilityOf(sets, factor);
  const uint32_t normalized = total(availability);
  if (normalized > 0) distributeAll(availability, normalized, out.load);
  if (panicThreshold == 0 && normalized == 0) {
    out.load.healthy[0] = 100;  // where nobody is
    return out;
  }
  bool everywhere = true;
  for (size_t i = 0; i < sets.size(); ++i) {
    // With enough hosts altogether no single priority panics.
    out.panic[i] = normalized < 100 && tooFewAvailable(sets[i], panicThreshold);
    everywhere = everywhere && out.panic[i];
  }
  if (everywhere) distributeByHosts(sets, out.load);
  return out;
}

bool loadWithout(const PriorityAvailability& availability, std::vector<bool>& excluded, PriorityLoad& out) {
  PriorityAvailability left = availability;
  for (size_t i = 0; i < left.healthy.size(); ++i) {
    if (excluded[i]) left.healthy[i] = left.degraded[i] = 0;
  }
  uint32_t normalized = total(left);
  if (normalized == 0) {
    excluded.assign(excluded.size(), false);
    left = availability;
    normalized = total(left);
  }
  if (normalized == 0) return false;
  out.healthy.assign(left.healthy.size(), 0);
  out.degraded.assign(left.degraded.size(), 0);
  distributeAll(left, normalized, out);
  return true;
}

ChosenPriority choosePriority(const PriorityLoad& load, uint64_t draw) {
  const uint64_t percent = draw % 100 + 1;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < load.healthy.size(); ++i) {
    sum += load.healthy[i];
    if (percent <= sum) return {i, HostGroup::kHealthy};
  }
  for (uint32_t i = 0; i < load.degraded.size(); ++i) {
    sum += load.degraded[i];
    if (percent <= sum) return {i, HostGroup::kDegraded};
  }
  return {0, HostGroup::kHealthy};
}

}  // namespace orrery::upstream
