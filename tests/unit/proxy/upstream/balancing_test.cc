#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "proxy/upstream/edf.h"
#include "proxy/upstream/load_balancer.h"
#include "tests/unit/proxy/upstream/world.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::ScriptedRandom;

std::vector<uint32_t> picks(LoadBalancer& balancer, int n) {
  std::vector<uint32_t> out;
  for (int i = 0; i < n; ++i) out.push_back(balancer.choose());
  return out;
}

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

TEST(LoadBalancer, RoundRobinStartsAtARandomHost) {
  stats::Layout layout;
  const ClusterInfo cluster(clusterOf({1, 1, 1}), layout);
  ScriptedRandom random({UINT64_MAX});  // the last of three
  LoadBalancer balancer(cluster, random);
  EXPECT_EQ(picks(balancer, 5), (std::vector<uint32_t>{2, 0, 1, 2, 0}));
}

TEST(LoadBalancer, RoundRobinObeysWeightsThatDiffer) {
  stats::Layout layout;
  const ClusterInfo cluster(clusterOf({3, 1}), layout);
  ScriptedRandom random({0});
  LoadBalancer balancer(cluster, random);
  EXPECT_EQ(picks(balancer, 4), (std::vector<uint32_t>{0, 0, 1, 0}));
}

TEST(LoadBalancer, RandomDrawsEachTime) {
  stats::Layout layout;
  ClusterOptions options = clusterOf({1, 1, 1, 1});
  options.lbPolicy = LbPolicy::kRandom;
  const ClusterInfo cluster(options, layout);
  ScriptedRandom random({UINT64_MAX, 0, uint64_t{1} << 63});
  LoadBalancer balancer(cluster, random);
  EXPECT_EQ(picks(balancer, 3), (std::vector<uint32_t>{3, 0, 2}));
}

TEST(LoadBalancer, OneHostNeedsNoDrawAndNoneGivesNone) {
  stats::Layout layout;
  const ClusterInfo one(clusterOf({1}), layout);
  ScriptedRandom random({});
  LoadBalancer balancer(one, random);
  EXPECT_EQ(picks(balancer, 2), (std::vector<uint32_t>{0, 0}));
  ClusterOptions none = clusterOf({});
  none.name = "none";
  const ClusterInfo empty(none, layout);
  LoadBalancer nobody(empty, random);
  EXPECT_EQ(nobody.choose(), LoadBalancer::kNone);
}

}  // namespace
}  // namespace orrery::upstream
