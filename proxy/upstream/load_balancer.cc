#include "proxy/upstream/load_balancer.h"

#include <algorithm>
#include <charconv>

#include "proxy/base/det_math.h"

namespace orrery::upstream {
namespace {

constexpr std::string_view kPanicThresholdKey = "upstream.healthy_panic_threshold";

uint64_t biasOf(const LeastRequestOptions& options, const runtime::Snapshot& runtime) {
  const std::string* text = options.activeRequestBiasKey.empty() ? nullptr : runtime.text(options.activeRequestBiasKey);
  double value = 0;
  if (text == nullptr || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) {
    return options.activeRequestBias;
  }
  return value >= 0 ? toFixed(std::min(value, 1000.0)) : kFixedOne;
}

bool hashes(LbPolicy policy) { return policy == LbPolicy::kRingHash || policy == LbPolicy::kMaglev; }

}  // namespace

LoadBalancer::LoadBalancer(net::Worker& worker, const SharedClusters& shared, uint32_t cluster)
    : worker_(worker),
      shared_(shared),
      index_(cluster),
      cluster_(shared.set().at(cluster)),
      policy_(cluster_.options.lbPolicy),
      turns_(cluster_.sets.size() * kHostGroups) {
  // As Envoy the key of the runtime is read when hosts change, which they do not.
  const uint64_t threshold = worker.runtime->integer(kPanicThresholdKey, cluster_.options.panicThreshold);
  priorities_ = balancePriorities(cluster_.sets, cluster_.options.overprovisioningFactor,
                                  static_cast<uint32_t>(std::min<uint64_t>(threshold, 100)));
  bias_ = biasOf(cluster_.options.leastRequest, *worker.runtime);
  simple_ = cluster_.sets.size() == 1 && priorities_.load.healthy[0] == 100 && !priorities_.panic[0];
  const uint64_t bits = policy_ == LbPolicy::kRoundRobin && cluster_.hosts.size() > 1 ? worker_.random->bits() : 0;
  for (uint32_t priority = 0; priority < cluster_.sets.size(); ++priority) {
    const HostSet& set = cluster_.sets[priority];
    for (HostGroup group : {HostGroup::kHealthy, HostGroup::kDegraded, HostGroup::kAll}) {
      Turns& turns = turnsOf(priority, group);
      turns.hosts = &set.hosts(group);
      turns.table = set.table(group);
      startTurns(turns, bits);
    }
  }
}

void LoadBalancer::startTurns(Turns& turns, uint64_t bits) {
  const std::vector<uint32_t>& hosts = *turns.hosts;
  if (hosts.size() < 2 || (policy_ != LbPolicy::kRoundRobin && policy_ != LbPolicy::kLeastRequest)) return;
  turns.next = Prng::scale(bits, hosts.size());
  const auto weight = [&](uint32_t host) { return cluster_.hosts[host].options.weight; };
  if (std::all_of(hosts.begin(), hosts.end(), [&](uint32_t h) { return weight(h) == weight(hosts.front()); })) return;
  for (uint32_t host : hosts) turns.edf.add(weight(host), host);
  for (uint64_t i = 0; i < turns.next; ++i) turns.edf.pick();
}

uint32_t LoadBalancer::choose(const HostWish& wish) {
  if (simple_ && wish.load == nullptr) {
    return pick(turnsOf(0, HostGroup::kHealthy), wish, wish.hash.value_or(0));
  }
  const uint64_t draw = hashes(policy_) && wish.hash ? *wish.hash : worker_.random->bits();
  const bool own = wish.load == nullptr || hashes(policy_);  // tables know nothing of retries
  const ChosenPriority chosen = choosePriority(own ? priorities_.load : *wish.load, draw);
  if (!priorities_.panic[chosen.priority]) return pick(turnsOf(chosen.priority, chosen.group), wish, draw);
  worker_.stats.add(cluster_.stats.lb_healthy_panic);
  return pick(turnsOf(chosen.priority, HostGroup::kAll), wish, draw);
}

uint32_t LoadBalancer::pick(Turns& turns, const HostWish& wish, uint64_t hash) {
  const std::vector<uint32_t>& hosts = *turns.hosts;
  if (hosts.empty()) return kNone;
  if (hosts.size() == 1) return hosts.front();
  switch (policy_) {
    case LbPolicy::kRandom: return hosts[worker_.random->below(hosts.size())];
    case LbPolicy::kRingHash:
    case LbPolicy::kMaglev:
      return turns.table->choose(wish.hash || !simple_ ? hash : worker_.random->bits(), wish.attempt);
    case LbPolicy::kLeastRequest:
      if (turns.edf.empty()) return pickLeastBusy(hosts);
      return turns.edf.pick([&](uint32_t host) {
        const uint64_t active = shared_.activeRequests(index_, host);
        return fixedPower(static_cast<uint32_t>(std::min<uint64_t>(active + 1, UINT32_MAX)), bias_);
      });
    case LbPolicy::kRoundRobin: break;
  }
  if (!turns.edf.empty()) return turns.edf.pick();
  const uint32_t chosen = hosts[turns.next];
  turns.next = turns.next + 1 == hosts.size() ? 0 : turns.next + 1;
  return chosen;
}

// Of equals the first that was drawn; of all hosts, any of the equals.
uint32_t LoadBalancer::pickLeastBusy(const std::vector<uint32_t>& hosts) {
  const LeastRequestOptions& options = cluster_.options.leastRequest;
  uint32_t best = kNone;
  uint64_t least = 0;
  uint64_t equals = 0;
  const size_t n = options.fullScan ? hosts.size() : options.choices;
  for (size_t i = 0; i < n; ++i) {
    const uint32_t host = hosts[options.fullScan ? i : worker_.random->below(hosts.size())];
    const uint64_t active = shared_.activeRequests(index_, host);
    if (best == kNone || active < least) {
      best = host;
      least = active;
      equals = 1;
    } else if (options.fullScan && active == least && worker_.random->below(++equals) == 0) {
      best = host;
    }
  }
  return best;
}

}  // namespace orrery::upstream
