#include "sim/core/event_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <vector>

#include "proxy/base/prng.h"

namespace orrery::sim {
namespace {

struct Item {
  Item(std::vector<int>& l, int n) : log(l), number(n) {}
  void fire() { log.push_back(number); }
  std::vector<int>& log;
  int number;
  Event event{Delegate<void()>::to<&Item::fire>(this)};
};

void drain(EventQueue& q) {
  while (q.nextTime() != EventQueue::kNever) q.fireFirst();
}

TEST(EventQueue, EqualTimesHappenInTheOrderOfFiling) {
  EventQueue q;
  std::vector<int> log;
  std::vector<std::unique_ptr<Item>> items;
  for (int i = 0; i < 40; ++i) items.push_back(std::make_unique<Item>(log, i));
  for (auto& i : items) q.file(i->event, 5, false);
  drain(q);
  EXPECT_TRUE(std::is_sorted(log.begin(), log.end()));
  EXPECT_EQ(log.size(), 40u);
}

TEST(EventQueue, AMovedEventCountsAsFiledNow) {
  EventQueue q;
  std::vector<int> log;
  Item a(log, 1), b(log, 2);
  q.file(a.event, 5, false);
  q.file(b.event, 5, false);
  q.file(a.event, 5, false);
  drain(q);
  EXPECT_EQ(log, (std::vector<int>{2, 1}));
}

TEST(EventQueue, ANumberTakenEarlierKeepsItsPlace) {
  EventQueue q;
  std::vector<int> log;
  Item a(log, 1), b(log, 2);
  const uint64_t early = q.takeNumber();
  q.file(b.event, 5, false);
  q.fileNumbered(a.event, 5, early, false);
  drain(q);
  EXPECT_EQ(log, (std::vector<int>{1, 2}));
}

TEST(EventQueue, FileByOnlyMovesForward) {
  EventQueue q;
  std::vector<int> log;
  Item a(log, 1);
  q.fileBy(a.event, 10, false);
  q.fileBy(a.event, 20, false);
  EXPECT_EQ(q.nextTime(), 10);
  q.fileBy(a.event, 5, false);
  EXPECT_EQ(q.nextTime(), 5);
  q.cancel(a.event);
}

TEST(EventQueue, CountsWork) {
  EventQueue q;
  std::vector<int> log;
  Item a(log, 1), b(log, 2);
  q.file(a.event, 1, true);
  q.file(b.event, 2, false);
  EXPECT_EQ(q.work(), 1u);
  q.file(a.event, 3, false);
  EXPECT_EQ(q.work(), 0u);
  q.file(b.event, 2, true);
  q.fireFirst();
  EXPECT_EQ(q.work(), 0u);
  q.cancel(a.event);
  EXPECT_EQ(q.size(), 0u);
}

TEST(EventQueue, AnyMixOfFilingMovingAndCancellingKeepsTheOrder) {
  Prng random(4);
  for (int round = 0; round < 50; ++round) {
    EventQueue q;
    std::vector<int> log;
    std::vector<std::unique_ptr<Item>> items;
    for (int i = 0; i < 60; ++i) items.push_back(std::make_unique<Item>(log, i));
    std::vector<std::tuple<int64_t, int, int>> model;  // (time, order of filing, item)
    for (int step = 0; step < 300; ++step) {
      const auto i = static_cast<size_t>(random.below(items.size()));
      std::erase_if(model, [&](const auto& m) { return std::get<2>(m) == static_cast<int>(i); });
      if (random.below(4) == 0) {
        q.cancel(items[i]->event);
      } else {
        const auto at = static_cast<int64_t>(random.below(20));
        q.file(items[i]->event, at, false);
        model.emplace_back(at, step, static_cast<int>(i));
      }
    }
    std::sort(model.begin(), model.end());
    drain(q);
    ASSERT_EQ(log.size(), model.size());
    for (size_t i = 0; i < log.size(); ++i) EXPECT_EQ(log[i], std::get<2>(model[i]));
  }
}

}  // namespace
}  // namespace orrery::sim
