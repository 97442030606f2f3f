#include "proxy/base/intrusive_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace orrery {
namespace {

struct OtherTag {};
struct Item : ListHook<Item>, ListHook<OtherTag> {
  explicit Item(int n) : number(n) {}
  int number;
};
using List = IntrusiveList<Item>;

std::vector<int> numbers(List& list) {
  std::vector<int> out;
  for (Item* i = list.front(); i != nullptr; i = list.next(*i)) out.push_back(i->number);
  return out;
}

TEST(IntrusiveList, KeepsOrder) {
  Item a(1), b(2), c(3), d(4);
  List list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.front(), nullptr);
  EXPECT_EQ(list.back(), nullptr);
  EXPECT_EQ(list.popFront(), nullptr);
  list.pushBack(b);
  list.pushBack(d);
  list.pushFront(a);
  list.insertBefore(d, c);
  EXPECT_EQ(numbers(list), (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(list.size(), 4u);
  EXPECT_EQ(list.back(), &d);
  EXPECT_EQ(list.popFront(), &a);
  EXPECT_FALSE(static_cast<ListHook<Item>&>(a).linked());
}

TEST(IntrusiveList, DestroyingAnElementUnlinksIt) {
  Item a(1), c(3);
  List list;
  list.pushBack(a);
  {
    Item b(2);
    list.pushBack(b);
    list.pushBack(c);
  }
  EXPECT_EQ(numbers(list), (std::vector<int>{1, 3}));
}

TEST(IntrusiveList, DestroyingTheListUnlinksItsElements) {
  Item a(1);
  {
    List list;
    list.pushBack(a);
  }
  EXPECT_FALSE(static_cast<ListHook<Item>&>(a).linked());
}

TEST(IntrusiveList, AnElementIsInOneListForEachTag) {
  Item a(1);
  List list;
  IntrusiveList<Item, OtherTag> other;
  list.pushBack(a);
  other.pushBack(a);
  EXPECT_EQ(list.popFront(), &a);
  EXPECT_EQ(other.front(), &a);
}

TEST(IntrusiveListDeathTest, LinkingTwiceIsABug) {
  Item a(1);
  List list;
  list.pushBack(a);
  EXPECT_DEATH(list.pushBack(a), "one list per tag");
}

TEST(IntrusiveList, SplicesInOrder) {
  Item a(1), b(2), c(3), d(4);
  List list, other;
  list.pushBack(a);
  list.pushBack(b);
  other.pushBack(c);
  other.pushBack(d);
  list.spliceBack(other);
  EXPECT_TRUE(other.empty());
  EXPECT_EQ(numbers(list), (std::vector<int>{1, 2, 3, 4}));
  list.spliceBack(other);
  EXPECT_EQ(list.size(), 4u);
}

TEST(IntrusiveList, DrainEachSurvivesRemovalDestructionAndAdditionByTheCallback) {
  Item a(1), b(2), d(4), e(5);
  auto c = std::make_unique<Item>(3);
  List list;
  for (Item* i : {&a, &b, c.get(), &d}) list.pushBack(*i);
  std::vector<int> seen;
  list.drainEach([&](Item& i) {
    seen.push_back(i.number);
    if (i.number == 1) {
      list.pushBack(i);                          // itself again: waits
      static_cast<ListHook<Item>&>(b).unlink();  // one that is still to come
      c.reset();                                 // another one, destroyed
      list.pushBack(e);                          // a new one: waits
    }
  });
  EXPECT_EQ(seen, (std::vector<int>{1, 4}));
  EXPECT_EQ(numbers(list), (std::vector<int>{1, 5}));
}

RC_GTEST_PROP(IntrusiveList, BehavesAsAVectorOfPointers, (const std::vector<std::pair<uint8_t, uint8_t>>& program)) {
  std::vector<std::unique_ptr<Item>> items;
  for (int i = 0; i < 16; ++i) items.push_back(std::make_unique<Item>(i));
  List list;
  std::vector<int> model;
  for (const auto& [op, which] : program) {
    Item& item = *items[which % 16];
    const bool linked = static_cast<ListHook<Item>&>(item).linked();
    RC_ASSERT(linked == (std::find(model.begin(), model.end(), item.number) != model.end()));
    switch (op % 4) {
      case 0:
        if (linked) break;
        list.pushBack(item);
        model.push_back(item.number);
        break;
      case 1:
        if (linked) break;
        list.pushFront(item);
        model.insert(model.begin(), item.number);
        break;
      case 2:
        static_cast<ListHook<Item>&>(item).unlink();
        std::erase(model, item.number);
        break;
      case 3:
        if (linked || list.empty()) break;
        list.insertBefore(*list.back(), item);
        model.insert(model.end() - 1, item.number);
        break;
    }
    RC_ASSERT(numbers(list) == model);
  }
}

}  // namespace
}  // namespace orrery
