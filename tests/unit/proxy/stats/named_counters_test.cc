#include "proxy/stats/named_counters.h"

#include <gtest/gtest.h>

#include "proxy/stats/output.h"

namespace orrery::stats {
namespace {

TEST(NamedCounters, AreThereFromTheirFirstCountOn) {
  Layout layout;
  layout.counter("b");
  Block one(layout);
  Block two(layout);
  one.addNamed("a", 2);
  two.addNamed("a");
  two.addNamed("c", 0);
  const Block* const blocks[] = {&one, &two};
  EXPECT_EQ(writeText(sumBlocks(layout, blocks)), "a: 3\nb: 0\nc: 0\n");
}

TEST(NamedCounters, AddToTheCellOfTheirName) {
  Layout layout;
  const CounterId known = layout.counter("a");
  Block block(layout);
  block.add(known);
  block.addNamed("a", 2);
  const Block* const blocks[] = {&block};
  EXPECT_EQ(writeText(sumBlocks(layout, blocks)), "a: 3\n");
}

TEST(NamedCounters, ResetLeavesTheNames) {
  Layout layout;
  Block block(layout);
  block.addNamed("a", 2);
  block.resetCounters();
  const Block* const blocks[] = {&block};
  EXPECT_EQ(writeText(sumBlocks(layout, blocks)), "a: 0\n");
}

TEST(NamedCounters, AreBounded) {
  NamedCounters counters;
  for (size_t i = 0; i < NamedCounters::kMost + 10; ++i) counters.add("n" + std::to_string(i));
  counters.add("n0");  // those that are there go on counting
  size_t names = 0;
  uint64_t sum = 0;
  for (const auto* at = counters.newest(); at != nullptr; at = at->older.get()) {
    ++names;
    sum += at->value.value();
  }
  EXPECT_EQ(names, NamedCounters::kMost);
  EXPECT_EQ(sum, NamedCounters::kMost + 1);
}

}  // namespace
}  // namespace orrery::stats
