#include "proxy/base/arena.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery {
namespace {

TEST(Arena, AlignsAndConstructs) {
  ArenaPool pool;
  Arena arena(pool);
  arena.room(1);
  struct alignas(16) Wide {
    int value;
  };
  const Wide* w = arena.make<Wide>(7);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(w) % 16, 0u);
  EXPECT_EQ(w->value, 7);
  arena.room(1);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(arena.make<uint64_t>(1u)) % alignof(uint64_t), 0u);
}

TEST(Arena, CopiesOutliveTheirSource) {
  ArenaPool pool;
  Arena arena(pool);
  std::string source = "host.example";
  const std::string_view copy = arena.copy(source);
  source.assign(source.size(), 'x');
  EXPECT_EQ(copy, "host.example");
  EXPECT_TRUE(arena.copy("").empty());
}

TEST(Arena, TakesPiecesLargerThanABlockAndGoesOn) {
  ArenaPool pool;
  Arena arena(pool);
  const std::string_view small = arena.copy("before");
  const std::string big(ArenaPool::kBlockSize * 3, 'b');
  const std::string_view copy = arena.copy(big);
  const std::string_view after = arena.copy("after");
  EXPECT_EQ(copy, big);
  EXPECT_EQ(small, "before");
  EXPECT_EQ(after, "after");
}

TEST(Arena, BlocksAreUsedAgain) {
  ArenaPool pool;
  Arena arena(pool);
  const char* first = arena.room(100);
  arena.reset();
  EXPECT_EQ(arena.room(100), first);
}

RC_GTEST_PROP(Arena, PiecesNeverOverlap, ()) {
  const auto sizes = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 20'000));
  ArenaPool pool;
  Arena arena(pool);
  for (int round = 0; round < 2; ++round) {
    std::vector<std::pair<char*, size_t>> pieces;
    for (size_t i = 0; i < sizes.size(); ++i) {
      char* p = static_cast<char*>(arena.allocate(sizes[i], size_t{1} << (i % 5)));
      std::fill_n(p, sizes[i], static_cast<char>(i));
      pieces.emplace_back(p, sizes[i]);
    }
    for (size_t i = 0; i < pieces.size(); ++i) {
      const auto [p, n] = pieces[i];
      RC_ASSERT(std::all_of(p, p + n, [i](char c) { return c == static_cast<char>(i); }));
      RC_ASSERT(reinterpret_cast<uintptr_t>(p) % (size_t{1} << (i % 5)) == 0u);
    }
    arena.reset();
  }
}

}  // namespace
}  // namespace orrery
