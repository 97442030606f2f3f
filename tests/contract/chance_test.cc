// proxy/io/random.h, entropy.h.

#include <algorithm>
#include <array>

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

using ChanceContract = ContractTest;
ORRERY_CONTRACT(ChanceContract);

TEST_P(ChanceContract, BelowStaysBelowAndReachesAll) {
  auto r = world_->io().random.child("test");
  std::array<int, 7> seen{};
  for (int i = 0; i < 1000; ++i) {
    const uint64_t v = r->below(7);
    ASSERT_LT(v, 7u);
    ++seen[v];
  }
  for (const int n : seen) EXPECT_GT(n, 0);
}

TEST_P(ChanceContract, RatioKeepsItsEnds) {
  auto r = world_->io().random.child("test");
  int hits = 0;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(r->ratio(0, 100));
    EXPECT_TRUE(r->ratio(100, 100));
    hits += r->ratio(1, 2) ? 1 : 0;
  }
  EXPECT_GT(hits, 350);
  EXPECT_LT(hits, 650);
}

TEST_P(ChanceContract, ChildrenDifferAndOutliveTheirParent) {
  auto parent = world_->io().random.child("parent");
  auto a = parent->child("a");
  auto b = parent->child("b");
  parent.reset();
  int equal = 0;
  for (int i = 0; i < 64; ++i) equal += a->bits() == b->bits() ? 1 : 0;
  EXPECT_EQ(equal, 0);
}

TEST_P(ChanceContract, EntropyFillsEveryByteAndDoesNotRepeat) {
  for (const size_t size : {size_t{1}, size_t{16}, size_t{4096}, size_t{5000}, size_t{20'000}}) {
    std::vector<uint8_t> a(size, 0);
    std::vector<uint8_t> b(size, 0);
    world_->io().entropy.fill(a);
    world_->io().entropy.fill(b);
    if (size < 16) continue;
    EXPECT_NE(a, b);
    // A byte value is missing from 16 KiB of chance with probability 256 * e^-64.
    if (size >= 20'000) {
      std::array<bool, 256> seen{};
      for (const uint8_t v : a) seen[v] = true;
      EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 256);
    }
    EXPECT_FALSE(std::equal(a.end() - 8, a.end(), std::array<uint8_t, 8>{}.begin())) << "the tail was not filled";
  }
}

}  // namespace
}  // namespace orrery::contract
