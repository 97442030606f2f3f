#include "proxy/base/det_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace orrery {
namespace {

TEST(DetMath, RootsAreExact) {
  for (uint64_t n : {0ull, 1ull, 2ull, 3ull, 4ull, 99ull, 100ull, 4294967295ull, 1ull << 40}) {
    const uint64_t root = squareRoot(n);
    EXPECT_LE(root * root, n);
    EXPECT_GT((root + 1) * (root + 1), n);
  }
}

TEST(DetMath, PowersAreClose) {
  for (uint32_t n : {1u, 2u, 3u, 7u, 100u, 2000u}) {
    for (double exponent : {0.0, 0.25, 0.5, 1.0, 1.3, 2.0, 2.75}) {
      const double expected = std::pow(n, exponent);
      const double found = static_cast<double>(fixedPower(n, toFixed(exponent))) / static_cast<double>(kFixedOne);
      EXPECT_NEAR(found / expected, 1, 2e-4) << n << " to the " << exponent;
    }
  }
}

TEST(DetMath, LogarithmsAreClose) {
  for (uint64_t bits : {uint64_t{0}, uint64_t{1}, uint64_t{12345}, uint64_t{1} << 40, uint64_t{1} << 63,
                        (uint64_t{1} << 63) + (uint64_t{1} << 62), UINT64_MAX - (uint64_t{1} << 50)}) {
    const double expected = -std::log((static_cast<double>(bits) + 1) / 18446744073709551616.0);
    const double found = static_cast<double>(minusLogarithm(bits)) / static_cast<double>(kFixedOne);
    EXPECT_NEAR(found, expected, 1e-4 * expected + 1.0 / 32768) << bits;
  }
  EXPECT_EQ(minusLogarithm(UINT64_MAX), 0u);
}

TEST(DetMath, PowersEndAtTheirBound) {
  EXPECT_EQ(fixedPower(UINT32_MAX, 1000 * kFixedOne), uint64_t{1} << 47);
  EXPECT_EQ(fixedPower(1, 1000 * kFixedOne), kFixedOne);
}

}  // namespace
}  // namespace orrery
