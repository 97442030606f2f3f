#include "proxy/stats/block.h"

#include <gtest/gtest.h>

#include "proxy/stats/output.h"

namespace orrery::stats {
namespace {

TEST(Layout, OneNameIsOneCell) {
  Layout layout;
  const CounterId a = layout.counter("a");
  const CounterId b = layout.counter("b");
  EXPECT_NE(a.index, b.index);
  EXPECT_EQ(layout.counter("a").index, a.index);
  EXPECT_EQ(layout.names().size(), 2u);
  ASSERT_NE(layout.find("b"), nullptr);
  EXPECT_EQ(layout.find("b")->index, b.index);
  EXPECT_EQ(layout.find("c"), nullptr);
}

TEST(Layout, ADefaultIdIsACellNobodyReads) {
  Layout layout;
  const CounterId a = layout.counter("a");
  Block block(layout);
  block.add(CounterId{});
  block.record(HistogramId{}, 5);
  EXPECT_EQ(block.value(a), 0u);
}

TEST(Block, GaugesOfSeveralWorkersAddUp) {
  Layout layout;
  const GaugeId gauge = layout.gauge("g");
  Block one(layout);
  Block two(layout);
  one.increment(gauge, 3);
  two.decrement(gauge, 2);
  const Block* const blocks[] = {&one, &two};
  const auto totals = sumBlocks(layout, blocks);
  ASSERT_EQ(totals.size(), 1u);
  EXPECT_EQ(totals[0].value, 1u);
}

TEST(Block, TotalsComeInOrderOfName) {
  Layout layout;
  layout.counter("b");
  const HistogramId h = layout.histogram("c");
  layout.gauge("a");
  Block one(layout);
  Block two(layout);
  one.record(h, 7);
  two.record(h, 7);
  const Block* const blocks[] = {&one, &two};
  const auto totals = sumBlocks(layout, blocks);
  ASSERT_EQ(totals.size(), 3u);
  EXPECT_EQ(totals[0].name, "a");
  EXPECT_EQ(totals[2].name, "c");
  ASSERT_EQ(totals[2].bins.size(), 1u);
  EXPECT_EQ(totals[2].bins[0].count, 2u);
  EXPECT_TRUE(totals[2].used());
  EXPECT_FALSE(totals[0].used());
}

TEST(Block, ResetCountersLeavesGaugesAndHistograms) {
  Layout layout;
  const CounterId c = layout.counter("c");
  const GaugeId g = layout.gauge("g");
  const HistogramId h = layout.histogram("h");
  Block block(layout);
  block.add(c, 5);
  block.set(g, 6);
  block.record(h, 7);
  block.resetCounters();
  EXPECT_EQ(block.value(c), 0u);
  EXPECT_EQ(block.value(g), 6u);
  int bins = 0;
  block.histogram(h.index).forEachBin([&](const Bin&) { ++bins; });
  EXPECT_EQ(bins, 1);
}

}  // namespace
}  // namespace orrery::stats
