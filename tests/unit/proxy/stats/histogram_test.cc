#include "proxy/stats/histogram.h"

#include <gtest/gtest.h>

#include "proxy/stats/output.h"

namespace orrery::stats {
namespace {

std::vector<Bin> binsOf(const Histogram& h) {
  std::vector<Bin> bins;
  h.forEachBin([&](const Bin& b) { bins.push_back(b); });
  return bins;
}

TEST(Histogram, ABinIsTheFirstTwoDigits) {
  struct {
    uint64_t value;
    uint32_t mantissa;
    int32_t exponent;
  } const cases[] = {{0, 0, 0},      {1, 10, 0},     {9, 90, 0},      {10, 10, 1},         {99, 99, 1},
                     {100, 10, 2},   {159, 15, 2},   {160, 16, 2},    {999, 99, 2},        {1000, 10, 3},
                     {12345, 12, 4}, {99999, 99, 4}, {100000, 10, 5}, {UINT64_MAX, 18, 19}};
  for (const auto& c : cases) {
    Histogram h;
    h.record(c.value);
    const auto bins = binsOf(h);
    ASSERT_EQ(bins.size(), 1u) << c.value;
    EXPECT_EQ(bins[0].mantissa, c.mantissa) << c.value;
    EXPECT_EQ(bins[0].exponent, c.exponent) << c.value;
    EXPECT_EQ(binOf(c.value).mantissa, c.mantissa) << c.value;
    EXPECT_EQ(binOf(c.value).exponent, c.exponent) << c.value;
  }
}

TEST(Histogram, PowersOfTenAndTheirNeighboursFallIntoTheRightDecade) {
  uint64_t power = 1;
  for (int32_t exponent = 0; exponent < 20; ++exponent) {
    EXPECT_EQ(binOf(power).exponent, exponent);
    EXPECT_EQ(binOf(power).mantissa, 10u);
    if (power > 1) {
      EXPECT_EQ(binOf(power - 1).exponent, exponent - 1);
      EXPECT_EQ(binOf(power - 1).mantissa, power == 10 ? 90u : 99u);
    }
    if (exponent < 19) power *= 10;
  }
}

TEST(Histogram, BinsComeInOrderOfValue) {
  Histogram h;
  for (const uint64_t v : {500u, 3u, 0u, 42u, 3u}) h.record(v);
  const auto bins = binsOf(h);
  ASSERT_EQ(bins.size(), 4u);
  EXPECT_EQ(bins[0].mantissa, 0u);
  EXPECT_EQ(bins[1].count, 2u);
  EXPECT_EQ(bins[2].mantissa, 42u);
  EXPECT_EQ(bins[3].exponent, 2);
}

// Figures that Envoy 1.40 printed for the same values.
TEST(Histogram, QuantilesAndSumAreEnvoys) {
  Histogram seven;
  for (int i = 0; i < 7; ++i) seven.record(1);
  const HistogramSummary a = summarise(binsOf(seven));
  const double expected[] = {1.0125, 1.025, 1.05, 1.075, 1.0875, 1.0875, 1.0875, 1.0875, 1.0875, 1.0875};
  for (size_t i = 0; i < 10; ++i) EXPECT_DOUBLE_EQ(a.quantiles[i], expected[i]) << i;
  EXPECT_DOUBLE_EQ(a.sum, 7.3333333333333339);
  EXPECT_EQ(a.count, 7u);

  Histogram largest;
  largest.record(UINT64_MAX);
  EXPECT_DOUBLE_EQ(summarise(binsOf(largest)).quantiles[0], 1.85e19);

  Histogram three;
  for (const uint64_t v : {2u, 3u, 6u}) three.record(v);
  const HistogramSummary b = summarise(binsOf(three));
  const double quantiles[] = {2.05, 2.05, 3.05, 6.05, 6.05, 6.05, 6.05, 6.05, 6.05, 6.05};
  for (size_t i = 0; i < 10; ++i) EXPECT_DOUBLE_EQ(b.quantiles[i], quantiles[i]) << i;
  EXPECT_DOUBLE_EQ(b.sum, 11.147547592533234);
  EXPECT_EQ(countUpTo(binsOf(three), 0.5), 0u);
  EXPECT_EQ(countUpTo(binsOf(three), 5), 2u);
  EXPECT_EQ(countUpTo(binsOf(seven), 1), 7u);
}

}  // namespace
}  // namespace orrery::stats
