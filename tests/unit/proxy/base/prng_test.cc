#include "proxy/base/prng.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>

#include "proxy/base/hash.h"

namespace orrery {
namespace {

TEST(Prng, IsSplitMix64) {
  // Values of the reference implementation (Vigna, splitmix64.c) for seed 1234567.
  Prng r(1234567);
  EXPECT_EQ(r.next(), 6457827717110365317u);
  EXPECT_EQ(r.next(), 3203168211198807973u);
  EXPECT_EQ(r.next(), 9817491932198370423u);
  EXPECT_EQ(r.next(), 4593380528125082431u);
}

TEST(Prng, ScaleCoversItsRangeEvenly) {
  EXPECT_EQ(Prng::scale(0, 10), 0u);
  EXPECT_EQ(Prng::scale(UINT64_MAX, 10), 9u);
  EXPECT_EQ(Prng::scale(UINT64_MAX, 1), 0u);
  // 10,000 draws over 10 values: 1,000 each, standard deviation 30; five of them are 150.
  Prng r(1);
  std::array<int, 10> seen{};
  for (int i = 0; i < 10'000; ++i) ++seen[r.below(10)];
  for (const int n : seen) {
    EXPECT_GT(n, 850);
    EXPECT_LT(n, 1150);
  }
}

RC_GTEST_PROP(Prng, BelowStaysBelow, (uint64_t seed)) {
  const auto n = *rc::gen::nonZero<uint64_t>();
  Prng r(seed);
  for (int i = 0; i < 8; ++i) RC_ASSERT(r.below(n) < n);
}

TEST(Prf, DependsOnKeyAndIndexOnly) {
  static_assert(prf(1, 2) == prf(1, 2));
  std::set<uint64_t> seen;
  for (uint64_t key = 0; key < 64; ++key) {
    for (uint64_t index = 0; index < 64; ++index) seen.insert(prf(key, index));
  }
  EXPECT_EQ(seen.size(), 64u * 64u);
}

TEST(Hash, OrderOfCombinationMatters) {
  EXPECT_NE(hashCombine(hashCombine(0, 1), 2), hashCombine(hashCombine(0, 2), 1));
  EXPECT_NE(hashString("ab"), hashString("ba"));
  EXPECT_NE(hashString(""), hashString(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace orrery
