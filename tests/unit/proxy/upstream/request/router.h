#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "tests/unit/proxy/upstream/request/stream.h"

namespace orrery::upstream::test {

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
inline constexpr std::string_view k503 = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

// A route of everything to the one cluster.
struct Router : testing::Test {
  explicit Router(ClusterOptions options = clusterOf({1})) : world(std::move(options)), stats(world.routerStats) {
    route.action.emplace().cluster = route::ClusterRef{"origin", 0};
  }
  // Retries at once: the random is zero.
  void retryOn(uint32_t bits, uint32_t times = 1) {
    route::RetryPolicy& policy = route.action->retry.emplace();
    policy.retryOn = bits;
    policy.numRetries = times;
  }
  void connect(size_t i) { world.accept(i); }
  void answer(size_t i, std::string_view bytes) { world.answer(i, bytes); }

  World world;
  const RouterStats& stats;
  route::Route route;
};

}  // namespace orrery::upstream::test
