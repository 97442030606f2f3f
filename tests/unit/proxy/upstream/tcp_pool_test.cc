#include "proxy/upstream/tcp_pool.h"

#include <gtest/gtest.h>

#include "proxy/upstream/cluster.h"
#include "tests/unit/proxy/upstream/seeker.h"

namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::Seeker;
using test::World;

ClusterOptions withIdle(Duration timeout) {
  ClusterOptions options = clusterOf({1});
  options.tcpIdleTimeout = timeout;
  options.breakers.maxRequests = 0;
  return options;
}

struct TcpPoolTest : testing::Test {
  // A connection that was made for somebody who has gone.
  static void waste(World& world) {
    Seeker gone(world);
    world.cluster().tcpPool(0).acquire(gone);
    world.cluster().tcpPool(0).cancel(gone);
    world.stream(0).acceptConnect();
    world.dispatcher.iterate();
    ASSERT_EQ(world.count(world.stats().upstream_cx_active), 1u);
  }
};

TEST_F(TcpPoolTest, AConnectionThatNobodyTookEndsAfterTheIdleTimeout) {
  World world(withIdle(Duration::seconds(5)));
  waste(world);
  world.dispatcher.iterate(Duration::milliseconds(4999));
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 1u);
  world.dispatcher.iterate(Duration::milliseconds(1));
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 0u);
  EXPECT_EQ(world.count(world.stats().upstream_cx_idle_timeout), 1u);
}

TEST_F(TcpPoolTest, WithoutIdleTimeoutItWaits) {
  World world(withIdle(Duration()));
  waste(world);
  world.dispatcher.iterate(Duration::seconds(100'000));
  EXPECT_EQ(world.count(world.stats().upstream_cx_active), 1u);
}

// Measured at Envoy 1.40: a tunnel is no request to the circuit breaker.
TEST_F(TcpPoolTest, TunnelsAreNotCountedAgainstMaxRequests) {
  World world(withIdle(Duration::seconds(5)));
  Seeker tunnel(world);
  world.cluster().tcpPool(0).acquire(tunnel);
  world.stream(0).acceptConnect();
  world.dispatcher.iterate();
  EXPECT_EQ(tunnel.log, "ready;");
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 1u);
  EXPECT_EQ(world.count(world.stats().upstream_rq_active_overflow), 0u);
}

}  // namespace
}  // namespace orrery::upstream
