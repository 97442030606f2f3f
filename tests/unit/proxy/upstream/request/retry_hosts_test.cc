#include "proxy/upstream/request/retry_hosts.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/upstream/world.h"

namespace orrery::upstream {
namespace {

ClusterOptions ofPriorities(std::initializer_list<uint32_t> priorities) {
  ClusterOptions options = test::clusterOf(std::vector<uint32_t>(priorities.size(), 1));
  size_t i = 0;
  for (const uint32_t priority : priorities) options.endpoints[i++].priority = priority;
  return options;
}

// With refresh_cluster_on_retry tries go to hosts of several clusters, which have the same numbers.
TEST(RetryHosts, OfOtherClustersAreNotTheOnesThatWereTried) {
  stats::Layout layout;
  const ClusterInfo a(ofPriorities({0, 0}), layout), b(ofPriorities({0, 0}), layout);
  route::RetryPolicy policy;
  policy.previousHostsPredicate = true;
  RetryHosts hosts(policy);
  hosts.note(a, 1);
  EXPECT_TRUE(hosts.avoids(a, 1));
  EXPECT_FALSE(hosts.avoids(a, 0));
  EXPECT_FALSE(hosts.avoids(b, 1));
}

TEST(RetryHosts, PrioritiesThatTheNextClusterDoesNotHaveDoNotMatter) {
  stats::Layout layout;
  const ClusterInfo two(ofPriorities({0, 1}), layout), one(ofPriorities({0}), layout);
  route::RetryPolicy policy;
  policy.previousPriorities = 1;
  RetryHosts hosts(policy);
  hosts.note(two, 1);
  const PriorityLoad* load = hosts.load(two);
  ASSERT_NE(load, nullptr);
  EXPECT_EQ(load->healthy, (std::vector<uint32_t>{100, 0}));
  load = hosts.load(one);
  ASSERT_NE(load, nullptr);
  EXPECT_EQ(load->healthy, std::vector<uint32_t>{100});
  hosts.note(one, 0);
  load = hosts.load(two);  // both were tried
  ASSERT_NE(load, nullptr);
  EXPECT_EQ(load->healthy, (std::vector<uint32_t>{100, 0}));
}

}  // namespace
}  // namespace orrery::upstream
