#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/base/det_math.h"
#include "proxy/upstream/edf.h"
#include "proxy/upstream/load_balancer.h"
#include "tests/unit/proxy/upstream/world.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::World;

TEST(Edf, EqualWeightsTakeTurns) {
  EdfScheduler edf;
  for (uint32_t i = 0; i < 3; ++i) edf.add(5, i);
  std::string order;
  for (int i = 0; i < 7; ++i) order += std::to_string(edf.pick());
  EXPECT_EQ(order, "0120120");
}

TEST(Edf, WeightsAreObeyedAndSpread) {
  EdfScheduler edf;
  edf.add(3, 0);
  edf.add(1, 1);
  std::string order;
  for (int i = 0; i < 8; ++i) order += std::to_string(edf.pick());
  // Deadlines of 0: 1/3, 2/3, 1, ...; of 1: 1, 2, ...: who was filed first wins the tie at 1.
  EXPECT_EQ(order, "00100010");
  std::map<uint32_t, int> counts;
  for (int i = 0; i < 4000; ++i) ++counts[edf.pick()];
  EXPECT_EQ(counts[0], 3000);
  EXPECT_EQ(counts[1], 1000);
}

TEST(Edf, AStepOfTwoWaitsTwice) {
  EdfScheduler edf;
  edf.add(1, 0);
  edf.add(1, 1);
  std::string order;
  for (int i = 0; i < 6; ++i) {
    order += std::to_string(edf.pick([](uint32_t v) { return (v == 0 ? 2 : 1) * EdfScheduler::kStep; }));
  }
  EXPECT_EQ(order, "011011");
}

// A balancer of its own over a world's cluster, whose chance is scripted.
struct Balanced {
  explicit Balanced(ClusterOptions options, std::deque<uint64_t> bits = {}, runtime::RuntimeOptions runtime = {})
      : world(std::move(options), std::move(runtime)) {
    for (uint64_t b : bits) world.random().then(b);
    balancer.emplace(world.worker, world.shared, 0);
  }
  std::vector<uint32_t> picks(int n, const HostWish& wish = {}) {
    std::vector<uint32_t> out;
    for (int i = 0; i < n; ++i) out.push_back(balancer->choose(wish));
    return out;
  }
  void busy(uint32_t host, uint64_t requests) { world.shared.hostStats(0, 0, host).rqActive.set(requests); }
  uint64_t panics() { return world.named("lb_healthy_panic"); }
  World world;
  std::optional<LoadBalancer> balancer;
};

ClusterOptions withPolicy(LbPolicy policy, std::vector<uint32_t> weights) {
  ClusterOptions options = clusterOf(std::move(weights));
  options.lbPolicy = policy;
  return options;
}

using Picks = std::vector<uint32_t>;
// Draws that land on host i of n.
constexpr uint64_t of(uint64_t i, uint64_t n) { return UINT64_MAX / n * i + UINT64_MAX / n / 2; }

TEST(LoadBalancer, RoundRobinStartsAtARandomHost) {
  Balanced b(clusterOf({1, 1, 1}), {UINT64_MAX});  // the last of three; the world's own balancer drew before
  EXPECT_EQ(b.picks(5), (Picks{2, 0, 1, 2, 0}));
}

TEST(LoadBalancer, RoundRobinObeysWeightsThatDiffer) {
  Balanced b(clusterOf({3, 1}), {0});
  EXPECT_EQ(b.picks(4), (Picks{0, 0, 1, 0}));
}

TEST(LoadBalancer, RandomDrawsEachTime) {
  Balanced b(withPolicy(LbPolicy::kRandom, {1, 1, 1, 1}), {UINT64_MAX, 0, uint64_t{1} << 63});
  EXPECT_EQ(b.picks(3), (Picks{3, 0, 2}));
}

TEST(LoadBalancer, OneHostNeedsNoDrawAndNoneGivesNone) {
  Balanced one(clusterOf({1}));
  EXPECT_EQ(one.picks(2), (Picks{0, 0}));
  EXPECT_EQ(one.world.random().draws, 0);
  Balanced none(clusterOf({}));
  EXPECT_EQ(none.picks(1), (Picks{LoadBalancer::kNone}));
  EXPECT_EQ(none.panics(), 1u);  // Envoy: no host at all is too few healthy ones
}

TEST(LoadBalancer, LeastRequestTakesTheLessBusyOfTwo) {
  Balanced b(withPolicy(LbPolicy::kLeastRequest, {1, 1, 1}),
             {of(0, 3), of(1, 3), of(1, 3), of(2, 3), of(2, 3), of(0, 3)});
  b.busy(0, 5);
  b.busy(2, 1);
  EXPECT_EQ(b.picks(3), (Picks{1, 1, 2}));
  EXPECT_EQ(b.picks(1), (Picks{0}));  // zeros: the same host twice
}

TEST(LoadBalancer, LeastRequestByFullScanFindsTheLeastBusyAndDrawsAmongEquals) {
  ClusterOptions options = withPolicy(LbPolicy::kLeastRequest, {1, 1, 1, 1});
  options.leastRequest.fullScan = true;
  Balanced b(options, {UINT64_MAX, 0});
  b.busy(0, 3);
  b.busy(2, 1);
  EXPECT_EQ(b.picks(2), (Picks{1, 3}));  // of 1 and 3 the draw keeps the first, then takes the second
}

TEST(LoadBalancer, LeastRequestWithMoreChoicesLooksAtMore) {
  ClusterOptions options = withPolicy(LbPolicy::kLeastRequest, {1, 1, 1});
  options.leastRequest.choices = 3;
  Balanced b(options, {of(0, 3), of(1, 3), of(2, 3)});
  b.busy(0, 2);
  b.busy(1, 1);
  EXPECT_EQ(b.picks(1), (Picks{2}));
}

TEST(LoadBalancer, LeastRequestWithWeightsDividesThemByWhatIsUnderWay) {
  Balanced b(withPolicy(LbPolicy::kLeastRequest, {1, 2}));
  EXPECT_EQ(b.picks(3), (Picks{1, 0, 1}));
  b.busy(1, 3);  // its weight is 2/4 now, half of the other's
  std::map<uint32_t, int> counts;
  for (uint32_t host : b.picks(300)) ++counts[host];
  EXPECT_NEAR(counts[0], 200, 2);
}

TEST(LoadBalancer, TheBiasSaysHowMuchBusynessCounts) {
  const auto picksOfBusy = [](uint64_t bias, runtime::RuntimeOptions runtime) {
    ClusterOptions options = withPolicy(LbPolicy::kLeastRequest, {1, 2});
    options.leastRequest.activeRequestBias = bias;
    options.leastRequest.activeRequestBiasKey = "bias";
    Balanced b(options, {}, std::move(runtime));
    b.busy(1, 3);
    std::map<uint32_t, int> counts;
    for (uint32_t host : b.picks(600)) ++counts[host];
    return counts[1];
  };
  EXPECT_NEAR(picksOfBusy(0, {}), 400, 2);                                  // 2 : 1
  EXPECT_NEAR(picksOfBusy(kFixedOne, {}), 200, 2);                          // 2/4 : 1
  EXPECT_NEAR(picksOfBusy(kFixedOne / 2, {}), 300, 2);                      // 2/2 : 1
  EXPECT_NEAR(picksOfBusy(0, {{{"a", false, {{"bias", "2.0"}}}}}), 67, 2);  // 2/16 : 1
}

TEST(LoadBalancer, AHashFindsItsHostAgainAndAnAttemptMovesOn) {
  for (LbPolicy policy : {LbPolicy::kRingHash, LbPolicy::kMaglev}) {
    Balanced b(withPolicy(policy, {1, 1, 1}));
    for (uint64_t hash : {uint64_t{1}, uint64_t{77}, UINT64_MAX}) {
      const Picks picks = b.picks(5, {hash});
      EXPECT_EQ(picks, Picks(5, picks[0]));
      std::set<uint32_t> others;
      for (uint32_t attempt = 0; attempt < 30; ++attempt) others.insert(b.balancer->choose({hash, nullptr, attempt}));
      EXPECT_EQ(others.size(), 3u);
    }
    EXPECT_EQ(b.world.random().draws, 0);
    b.picks(1);
    EXPECT_EQ(b.world.random().draws, 1) << "who has no hash gets a random one";
  }
}

ClusterOptions withHealth(std::vector<std::pair<uint32_t, HostHealth>> hosts) {
  ClusterOptions options = clusterOf(std::vector<uint32_t>(hosts.size(), 1));
  for (size_t i = 0; i < hosts.size(); ++i) {
    options.endpoints[i].priority = hosts[i].first;
    options.endpoints[i].health = hosts[i].second;
  }
  return options;
}
constexpr auto kGood = HostHealth::kHealthy;
constexpr auto kBad = HostHealth::kUnhealthy;

TEST(LoadBalancer, UnhealthyHostsAreLeftOutUntilTooFewAreLeft) {
  Balanced two(withHealth({{0, kGood}, {0, kBad}, {0, kGood}}));
  EXPECT_EQ(two.picks(4), (Picks{0, 2, 0, 2}));
  EXPECT_EQ(two.panics(), 0u);
  Balanced one(withHealth({{0, kBad}, {0, kBad}, {0, kGood}}));
  EXPECT_EQ(one.picks(4), (Picks{0, 1, 2, 0}));
  EXPECT_EQ(one.panics(), 4u);
  ClusterOptions never = withHealth({{0, kBad}, {0, kBad}, {0, kGood}});
  never.panicThreshold = 0;
  Balanced calm(never);
  EXPECT_EQ(calm.picks(3), (Picks{2, 2, 2}));
  Balanced byRuntime(never, {}, {{{"a", false, {{"upstream.healthy_panic_threshold", "60"}}}}});
  EXPECT_EQ(byRuntime.picks(3), (Picks{0, 1, 2}));
}

TEST(LoadBalancer, AllDownWithoutPanicIsNobody) {
  ClusterOptions options = withHealth({{0, kBad}, {0, kBad}});
  options.panicThreshold = 0;
  Balanced b(options);
  EXPECT_EQ(b.picks(1), (Picks{LoadBalancer::kNone}));
}

TEST(LoadBalancer, AThinPrioritySharesWithTheNext) {
  // 140 % of a half: 70 % stay.
  Balanced b(withHealth({{0, kGood}, {0, kBad}, {1, kGood}}), {0, 0, 69, 70, 99, 100});
  EXPECT_EQ(b.picks(5), (Picks{0, 0, 2, 2, 0}));
}

TEST(LoadBalancer, DegradedHostsTakeWhatHealthyOnesCannot) {
  Balanced b(withHealth({{0, kGood}, {0, HostHealth::kDegraded}, {0, kBad}}), {0, 0, 49, 50, 99});
  EXPECT_EQ(b.picks(4), (Picks{0, 0, 1, 1}));
}

TEST(LoadBalancer, ALoadOfTheRequestReplacesTheClusters) {
  Balanced b(withHealth({{0, kGood}, {1, kGood}}));
  const PriorityLoad second{{0, 100}, {0, 0}};
  EXPECT_EQ(b.picks(2), (Picks{0, 0}));
  EXPECT_EQ(b.picks(2, {{}, &second}), (Picks{1, 1}));
}

}  // namespace
}  // namespace orrery::upstream
