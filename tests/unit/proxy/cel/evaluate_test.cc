#include "proxy/cel/evaluate.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/cel/trees.h"

namespace orrery::cel {
namespace {

using namespace trees;

Expression yes() { return constant(true); }
Expression no() { return constant(false); }
Expression error() { return name("nobody"); }

TEST(Condition, AnOperandThatDecidesDoesSoBesideErrors) {
  EXPECT_EQ(judged(call("_&&_", {error(), no()})), "false");
  EXPECT_EQ(judged(call("_&&_", {no(), error()})), "false");
  EXPECT_EQ(judged(call("_||_", {error(), yes()})), "true");
  EXPECT_EQ(judged(call("_||_", {yes(), error()})), "true");
  EXPECT_EQ(judged(call("_||_", {no(), error()})), "error");
  EXPECT_EQ(judged(call("_&&_", {yes(), error()})), "error");
  EXPECT_EQ(judged(call("_&&_", {yes(), whole(1)})), "error");
  EXPECT_EQ(judged(call("_&&_", {yes(), yes(), no()})), "false");
}

TEST(Condition, AnErrorBeforeAPatternIsAbsorbedByNothing) {
  const Expression absent = method("matches", {field(name("request"), "referer"), text("a")});
  EXPECT_EQ(judged(call("_||_", {absent, yes()})), "error");
  EXPECT_EQ(judged(call("_&&_", {absent, no()})), "error");
  EXPECT_EQ(judged(call("_||_", {yes(), absent})), "true") << "what is not looked at is no error";
  EXPECT_EQ(judged(call("_||_", {absent, yes()}), {{"referer", "b"}}), "true");
  EXPECT_EQ(judged(call("@not_strictly_false", {absent})), "error");
  const Expression another = method("matches", {field(name("request"), "size"), text("a")});
  EXPECT_EQ(judged(call("_||_", {another, yes()})), "error");
  EXPECT_EQ(judged(call("_||_", {method("matches", {whole(1), text("a")}), yes()})), "true") << "known beforehand";
}

TEST(Condition, AChoiceLooksAtOneSideOnly) {
  EXPECT_EQ(judged(call("_?_:_", {yes(), yes(), error()})), "true");
  EXPECT_EQ(judged(call("_?_:_", {no(), error(), yes()})), "true");
  EXPECT_EQ(judged(call("_?_:_", {error(), yes(), yes()})), "error");
  EXPECT_EQ(judged(call("_?_:_", {whole(1), yes(), yes()})), "error");
}

TEST(Condition, WhatIsAbsentIsAnErrorUnlessAskedForByHas) {
  const Expression referer = field(name("request"), "referer");
  EXPECT_EQ(judged(call("_==_", {referer, text("a")})), "error");
  EXPECT_EQ(judged(call("_==_", {referer, text("a")}), {{"referer", "a"}}), "true");
  EXPECT_EQ(judged(has(name("request"), "referer")), "false");
  EXPECT_EQ(judged(has(name("request"), "referer"), {{"referer", ""}}), "true");
  EXPECT_EQ(judged(has(name("nobody"), "referer")), "error");
}

TEST(Condition, FieldsOfARequestAreJoinedAndNamedInAnyCase) {
  const Expression headers = field(name("request"), "headers");
  const auto is = [&](const char* key, const char* value) {
    return judged(call("_==_", {call("_[_]", {headers, text(key)}), text(value)}),
                  {{":authority", "h"}, {"x-a", "1"}, {"x-a", "2"}});
  };
  EXPECT_EQ(is("X-A", "1,2"), "true");
  EXPECT_EQ(is("Host", "h"), "true");
  EXPECT_EQ(is("x-b", ""), "error");
}

TEST(Condition, NumbersOfAllKindsCompareByWhatTheyCount) {
  EXPECT_EQ(judged(call("_==_", {whole(1), constant(1.0)})), "true");
  EXPECT_EQ(judged(call("_<_", {whole(-1), constant(uint64_t{0})})), "true");
  EXPECT_EQ(judged(call("_>_", {constant(uint64_t{UINT64_MAX}), whole(INT64_MAX)})), "true");
  EXPECT_EQ(judged(call("_==_", {whole(1), text("1")})), "false");
  EXPECT_EQ(judged(call("_<_", {whole(1), text("1")})), "error");
  EXPECT_EQ(judged(call("@in", {constant(1.0), map({whole(1), yes()})})), "true");
}

TEST(Condition, ResultsOutOfRangeAreErrors) {
  EXPECT_EQ(judged(call("_>_", {call("_+_", {whole(INT64_MAX), whole(1)}), whole(0)})), "error");
  EXPECT_EQ(judged(call("_>_", {call("_*_", {whole(INT64_MIN), whole(-1)}), whole(0)})), "error");
  EXPECT_EQ(judged(call("_>_", {call("_/_", {whole(INT64_MIN), whole(-1)}), whole(0)})), "error");
  EXPECT_EQ(judged(call("_==_", {call("_/_", {whole(7), whole(0)}), whole(0)})), "error");
  EXPECT_EQ(judged(call("_==_", {call("_-_", {constant(uint64_t{1}), constant(uint64_t{2})}), whole(0)})), "error");
  const Expression most = constant(uint64_t{UINT64_MAX});
  EXPECT_EQ(judged(call("_>_", {call("_*_", {most, most}), whole(0)})), "error");
}

TEST(Condition, AMapHasEachKeyOnce) {
  EXPECT_EQ(judged(call("@in", {whole(1), map({whole(1), yes(), whole(1), yes()})})), "error");
  EXPECT_EQ(judged(call("@in", {whole(1), map({constant(1.5), yes()})})), "error");
  // 1 and 1u are two keys, and each finds its own.
  const Expression both = map({whole(1), yes(), constant(uint64_t{1}), no()});
  EXPECT_EQ(judged(call("_[_]", {both, constant(uint64_t{1})})), "false");
}

TEST(Condition, PlacesOutsideOfAListAreErrors) {
  const Expression items = list({yes(), no()});
  EXPECT_EQ(judged(call("_[_]", {items, whole(0)})), "true");
  EXPECT_EQ(judged(call("_[_]", {items, constant(1.0)})), "false");
  EXPECT_EQ(judged(call("_[_]", {items, whole(2)})), "error");
  EXPECT_EQ(judged(call("_[_]", {items, whole(-1)})), "error");
  EXPECT_EQ(judged(call("_[_]", {items, constant(0.5)})), "error");
}

// Twenty times twice as long would be a million characters and more.
TEST(Condition, ATextHasABound) {
  const auto doubled = [](int times) {
    Expression out = text("aa");
    for (int i = 0; i < times; ++i) out = method("replace", {out, text("a"), text("aa")});
    return judged(call("_>_", {call("size", {out}), whole(0)}));
  };
  EXPECT_EQ(doubled(10), "true");
  EXPECT_EQ(doubled(25), "error");
}

}  // namespace
}  // namespace orrery::cel
