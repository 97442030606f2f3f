// The plain path of a request through router, pool and upstream codec allocates nothing once it is warm.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "sim/core/sanitizers.h"
#include "tests/unit/proxy/upstream/request/stream.h"

// The thread sanitizer's own operator new cannot be replaced: there nothing is counted and the test is skipped by name.
#ifndef ORRERY_SIM_TSAN
namespace {
uint64_t allocations = 0;
}

// Counted for the whole program; only differences are looked at.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  std::abort();
}
// Not inlined: gcc would take the pair for a mismatched one where it sees only one of the two.
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, size_t) noexcept { std::free(p); }
#endif

namespace orrery::upstream {
namespace {

TEST(RouterAllocations, NoneOnThePlainPathOnceWarm) {
#ifdef ORRERY_SIM_TSAN
  GTEST_SKIP() << "allocations cannot be counted under the thread sanitizer";
#else
  test::World world(test::clusterOf({1}));
  route::Route route;
  route.action.emplace().cluster = route::ClusterRef{"origin", 0};
  const auto once = [&] {
    test::FakeStream s(world, world.routerStats, &route);
    s.quiet = true;
    s.headers(true);
    if (world.count(world.stats().upstream_cx_active) == 1 && world.count(world.stats().upstream_rq_active) == 0) {
      world.stream(0).acceptConnect();
    }
    world.dispatcher.iterate();
    world.stream(0).dropTaken();
    world.stream(0).send("HTTP/1.1 200 OK\r\nserver: x\r\ncontent-length: 5\r\n\r\nhello");
    world.dispatcher.iterate();
  };
  for (int i = 0; i < 50; ++i) once();
  const uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) once();
  EXPECT_EQ(allocations - before, 0u);
  EXPECT_EQ(world.named("upstream_rq_200"), 150u);
  EXPECT_EQ(world.named("upstream_cx_total"), 1u);
#endif
}

}  // namespace
}  // namespace orrery::upstream
