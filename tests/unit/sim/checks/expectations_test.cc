#include "sim/checks/expectations.h"

#include <gtest/gtest.h>

#include <map>

namespace orrery::sim {
namespace {

using Op = Expectation::Op;

constexpr Duration kTolerance = Duration::milliseconds(250);

// What a run ended with; names in `hidden` cannot be seen.
struct Values final : ValueSource {
  std::optional<Value> value(std::string_view name) const override {
    const auto at = known.find(name);
    return at == known.end() ? std::nullopt : std::optional(at->second);
  }
  bool observable(std::string_view name) const override { return name != hidden; }
  uint64_t requestsSeenBy(std::string_view) const override { return 0; }
  uint64_t requestSeenBy(std::string_view, std::string_view) const override { return 0; }
  uint64_t mostForOneRequestAt(std::string_view) const override { return 0; }
  Duration longestRequest() const override { return Duration::milliseconds(1200); }
  bool atMostOnceBroken() const override { return false; }

  std::map<std::string, Value, std::less<>> known = {{"a.at", Value(Duration::milliseconds(1000))},
                                                     {"b.at", Value(Duration::milliseconds(1200))},
                                                     {"a.closed", Value(Duration::max())},
                                                     {"a.status", Value(uint64_t{200})}};
  std::string hidden = "a.flags";
};

Expectation that(std::string value, Op op, std::vector<std::string> to) {
  Expectation e;
  e.value = std::move(value);
  e.op = op;
  e.to = std::move(to);
  return e;
}
Expectation of(Expectation::Kind kind, std::vector<Expectation> operands) {
  Expectation e;
  e.kind = kind;
  e.operands = std::move(operands);
  return e;
}
bool holds(const Expectation& e, Duration tolerance = Duration()) { return evaluate(e, Values(), tolerance).holds; }
bool judged(const Expectation& e) { return evaluate(e, Values()).judged; }

TEST(Expectations, InstantsAreExactWithoutATolerance) {
  EXPECT_TRUE(holds(that("a.at", Op::kWithin, {"1s", "2s"})));
  EXPECT_FALSE(holds(that("a.at", Op::kWithin, {"1001ms", "2s"})));
  EXPECT_FALSE(holds(that("a.at", Op::kLess, {"1s"})));
  EXPECT_TRUE(holds(that("a.at", Op::kLess, {"b.at"})));
  EXPECT_FALSE(holds(that("a.at", Op::kGreater, {"b.at"})));
}

TEST(Expectations, AToleranceWidensEachComparisonOfTimes) {
  EXPECT_TRUE(holds(that("a.at", Op::kWithin, {"1250ms", "2s"}), kTolerance));
  EXPECT_FALSE(holds(that("a.at", Op::kWithin, {"1251ms", "2s"}), kTolerance));
  EXPECT_TRUE(holds(that("a.at", Op::kLess, {"1s"}), kTolerance));
  EXPECT_TRUE(holds(that("a.at", Op::kGreater, {"b.at"}), kTolerance));
  EXPECT_TRUE(holds(that("a.at", Op::kEqual, {"b.at"}), kTolerance));
  EXPECT_TRUE(holds(that("a.at", Op::kNotEqual, {"b.at"}), kTolerance));
  EXPECT_FALSE(holds(that("a.at", Op::kGreater, {"1300ms"}), kTolerance));
  Expectation soon;
  soon.kind = Expectation::Kind::kEndsWithin;
  soon.within = Duration::seconds(1);
  EXPECT_FALSE(holds(soon));
  EXPECT_TRUE(holds(soon, kTolerance));
}

TEST(Expectations, NeverIsNotNearAnything) {
  EXPECT_FALSE(holds(that("a.closed", Op::kLess, {"1h"}), kTolerance));
  EXPECT_TRUE(holds(that("a.closed", Op::kEqual, {"never"}), kTolerance));
}

TEST(Expectations, NumbersHaveNoTolerance) {
  EXPECT_FALSE(holds(that("a.status", Op::kEqual, {"201"}), kTolerance));
  EXPECT_TRUE(holds(that("a.status", Op::kIn, {"201", "200"}), kTolerance));
  EXPECT_FALSE(holds(that("a.status", Op::kEqual, {"text"}), kTolerance)) << "of another type";
}

TEST(Expectations, WhatCannotBeSeenIsNotJudgedUnlessSomethingElseDecides) {
  const Expectation hidden = that("a.flags", Op::kEqual, {"UC"});
  const Expectation right = that("a.status", Op::kEqual, {"200"});
  const Expectation wrong = that("a.status", Op::kEqual, {"503"});
  using Kind = Expectation::Kind;
  EXPECT_FALSE(judged(hidden));
  EXPECT_TRUE(judged(that("a.unknown", Op::kEqual, {"1"}))) << "a story that asks for nothing that exists is wrong";
  EXPECT_FALSE(judged(of(Kind::kNot, {hidden})));
  EXPECT_FALSE(judged(of(Kind::kAll, {hidden, right})));
  EXPECT_TRUE(judged(of(Kind::kAll, {hidden, wrong})));
  EXPECT_FALSE(judged(of(Kind::kAny, {hidden, wrong})));
  EXPECT_TRUE(judged(of(Kind::kAny, {hidden, right})));
  EXPECT_FALSE(judged(of(Kind::kIfThen, {hidden, right})));
  EXPECT_FALSE(judged(of(Kind::kIfThen, {right, hidden})));
  EXPECT_TRUE(judged(of(Kind::kIfThen, {wrong, hidden})));
}

}  // namespace
}  // namespace orrery::sim
