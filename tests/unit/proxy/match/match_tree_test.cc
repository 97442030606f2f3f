#include "proxy/match/match_tree.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace orrery::match {
namespace {

using Kind = MatchTree::Kind;

MatchOutcome to(uint32_t action) { return {action, nullptr}; }
MatchOutcome to(MatchTree tree) { return {std::nullopt, std::make_shared<MatchTree>(std::move(tree))}; }

MatchPredicate is(const char* field, const char* value) {
  MatchPredicate out;
  out.input.field.emplace(field);
  out.value.value = value;
  return out;
}
MatchPredicate of(MatchPredicate::Kind kind, std::vector<MatchPredicate> parts) {
  MatchPredicate out;
  out.kind = kind;
  out.parts = std::move(parts);
  return out;
}
MatchTree list(std::vector<MatchTree::Condition> conditions, MatchOutcome otherwise = {}) {
  MatchTree out;
  out.kind = Kind::kList;
  out.list = std::move(conditions);
  out.otherwise = std::move(otherwise);
  return out;
}
MatchTree byValue(Kind kind, const char* field, std::map<std::string, MatchOutcome, std::less<>> values,
                  MatchOutcome otherwise = {}) {
  MatchTree out;
  out.kind = kind;
  out.input.field.emplace(field);
  out.values = std::move(values);
  out.otherwise = std::move(otherwise);
  return out;
}

MatchTree byDomain(std::map<std::string, MatchOutcome, std::less<>> values, MatchOutcome otherwise = {}) {
  return byValue(Kind::kDomain, "a", std::move(values), std::move(otherwise));
}

// The action's number; -1: none.
int found(MatchTree tree, std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  ArenaPool pool;
  Arena arena(pool);
  message::HeaderMap headers(arena);
  headers.add(message::HeaderId::kMethod, "GET");
  for (const auto& [name, value] : fields) headers.add(message::HeaderName(name), value);
  EXPECT_TRUE(compileTree(tree));
  const auto action = matchTree(tree, {headers});
  return action ? static_cast<int>(*action) : -1;
}

TEST(MatchTree, TakesTheFirstConditionThatHolds) {
  const MatchTree tree = list({{is("a", "x"), to(0)}, {is("b", "x"), to(1)}}, to(2));
  EXPECT_EQ(found(tree, {{"a", "x"}, {"b", "x"}}), 0);
  EXPECT_EQ(found(tree, {{"b", "x"}}), 1);
  EXPECT_EQ(found(tree, {{"b", "y"}}), 2);
  EXPECT_EQ(found(list({{is("a", "x"), to(0)}}), {}), -1);
}

TEST(MatchTree, GoesOnBehindATreeThatLeadsNowhere) {
  const MatchTree inner = list({{is("b", "x"), to(0)}});
  const MatchTree tree = list({{is("a", "x"), to(inner)}, {is("a", "x"), to(1)}}, to(2));
  EXPECT_EQ(found(tree, {{"a", "x"}, {"b", "x"}}), 0);
  EXPECT_EQ(found(tree, {{"a", "x"}}), 1);
}

TEST(MatchTree, CombinesConditions) {
  using PredicateKind = MatchPredicate::Kind;
  const auto when = [](MatchPredicate predicate) { return list({{std::move(predicate), to(0)}}); };
  const MatchTree any = when(of(PredicateKind::kAny, {is("a", "x"), is("b", "x")}));
  EXPECT_EQ(found(any, {{"b", "x"}}), 0);
  EXPECT_EQ(found(any, {{"b", "y"}}), -1);
  const MatchTree all = when(of(PredicateKind::kAll, {is("a", "x"), is("b", "x")}));
  EXPECT_EQ(found(all, {{"b", "x"}}), -1);
  EXPECT_EQ(found(all, {{"a", "x"}, {"b", "x"}}), 0);
  const MatchTree none = when(of(PredicateKind::kNot, {is("a", "x")}));
  EXPECT_EQ(found(none, {{"a", "x"}}), -1);
  EXPECT_EQ(found(none, {}), 0);  // a field that is not there is not x
}

TEST(MatchTree, ComparesAllValuesOfAField) {
  EXPECT_EQ(found(list({{is("a", "x,y"), to(0)}}), {{"a", "x"}, {"a", "y"}}), 0);
  EXPECT_EQ(found(list({{is("a", "x"), to(0)}}), {{"a", "x"}, {"a", "y"}}), -1);
}

TEST(MatchTree, LooksAValueUp) {
  const MatchTree tree = byValue(Kind::kExact, "a", {{"x", to(0)}, {"xy", to(1)}}, to(2));
  EXPECT_EQ(found(tree, {{"a", "x"}}), 0);
  EXPECT_EQ(found(tree, {{"a", "xy"}}), 1);
  EXPECT_EQ(found(tree, {{"a", "xyz"}}), 2);
  EXPECT_EQ(found(tree, {}), 2);
}

TEST(MatchTree, TakesTheLongestPrefixThatLeadsSomewhere) {
  const MatchTree nowhere = list({{is("b", "x"), to(9)}});
  const MatchTree tree =
      byValue(Kind::kPrefix, "a", {{"", to(0)}, {"x", to(1)}, {"xy", to(nowhere)}, {"xyz", to(2)}}, to(3));
  EXPECT_EQ(found(tree, {{"a", "xyzz"}}), 2);
  EXPECT_EQ(found(tree, {{"a", "xy"}}), 1);
  EXPECT_EQ(found(tree, {{"a", "xy"}, {"b", "x"}}), 9);
  EXPECT_EQ(found(tree, {{"a", "q"}}), 0);
  EXPECT_EQ(found(tree, {}), 3);
}

// Of an address instead of fields.
int foundFor(MatchTree tree, std::string_view source) {
  ArenaPool pool;
  Arena arena(pool);
  const message::HeaderMap headers(arena);
  EXPECT_TRUE(compileTree(tree));
  const auto action = matchTree(tree, {headers, source, "9.9.9.9:99", "8.8.8.8:88"});
  return action ? static_cast<int>(*action) : -1;
}
AddressRange range(const char* address, uint32_t bits) { return {*io::Address::parseIp(address, 0), bits}; }

TEST(MatchTree, LooksAtAddressesAndPorts) {
  const auto seen = [](MatchInput::Kind kind) {
    MatchTree tree;
    tree.kind = Kind::kExact;
    tree.input.kind = kind;
    tree.values = {{"1.2.3.4", to(0)}, {"9.9.9.9", to(1)}, {"8.8.8.8", to(2)}, {"44", to(3)}, {"88", to(4)}};
    return foundFor(tree, "1.2.3.4:44");
  };
  EXPECT_EQ(seen(MatchInput::Kind::kSourceIp), 0);
  EXPECT_EQ(seen(MatchInput::Kind::kDirectSourceIp), 1);
  EXPECT_EQ(seen(MatchInput::Kind::kDestinationIp), 2);
  EXPECT_EQ(seen(MatchInput::Kind::kSourcePort), 3);
  EXPECT_EQ(seen(MatchInput::Kind::kDestinationPort), 4);
  EXPECT_EQ(seen(MatchInput::Kind::kNone), -1);
}

TEST(MatchTree, TakesTheNarrowestRangeThatLeadsSomewhere) {
  MatchTree tree;
  tree.kind = Kind::kRange;
  tree.input.kind = MatchInput::Kind::kSourceIp;
  const MatchTree nowhere = list({{is("b", "x"), to(9)}});
  tree.ranges = {{range("0.0.0.0", 0), to(0)}, {range("10.0.0.0", 8), to(1)}, {range("10.1.0.0", 16), to(nowhere)}};
  EXPECT_EQ(foundFor(tree, "11.0.0.1:1"), 0);
  EXPECT_EQ(foundFor(tree, "10.2.0.1:1"), 1);
  EXPECT_EQ(foundFor(tree, "10.1.0.1:1"), 1);
  EXPECT_EQ(foundFor(tree, "[::1]:1"), -1);
  // One that is not for what a narrower one has seen is passed over.
  tree.ranges[1].exclusive = true;
  EXPECT_EQ(foundFor(tree, "10.2.0.1:1"), 1);
  EXPECT_EQ(foundFor(tree, "10.1.0.1:1"), 0);
}

TEST(MatchTree, NamesAnExpressionThatIsNone) {
  MatchPredicate bad = is("a", "(");
  bad.value.kind = StringMatcher::Kind::kRegex;
  MatchTree tree = list({{std::move(bad), to(0)}});
  EXPECT_FALSE(compileTree(tree));
}

// As measured at Envoy 1.40.
TEST(MatchTree, ADomainGoesBeforeAWildcardAndThatBeforeAll) {
  const MatchTree tree = byDomain({{"x.a", to(1)}, {"*.x.a", to(2)}, {"*.a", to(3)}, {"*", to(4)}}, to(5));
  EXPECT_EQ(found(tree, {{"a", "x.a"}}), 1);
  EXPECT_EQ(found(tree, {{"a", "y.x.a"}}), 2);
  EXPECT_EQ(found(tree, {{"a", "z.y.x.a"}}), 2);
  EXPECT_EQ(found(tree, {{"a", "y.a"}}), 3);
  EXPECT_EQ(found(tree, {{"a", ".a"}}), 3);
  EXPECT_EQ(found(tree, {{"a", "X.A"}}), 4) << "case counts";
  EXPECT_EQ(found(tree, {{"a", "a"}}), 4) << "a wildcard is not the domain itself";
  EXPECT_EQ(found(tree, {{"a", ""}}), 5) << "what is empty has none";
  EXPECT_EQ(found(tree, {{"b", "x.a"}}), 5);
}

TEST(MatchTree, ADomainThatLeadsNowhereLeavesTheNextOne) {
  const MatchOutcome nowhere = to(list({}));
  EXPECT_EQ(found(byDomain({{"x.a", nowhere}, {"*.a", to(1)}}), {{"a", "x.a"}}), 1);
  EXPECT_EQ(found(byDomain({{"*.x.a", nowhere}, {"*.a", to(1)}}), {{"a", "y.x.a"}}), 1);
  EXPECT_EQ(found(byDomain({{"x.a", nowhere}, {"*", to(1)}}), {{"a", "x.a"}}), 1);
  EXPECT_EQ(found(byDomain({{"*", nowhere}}, to(2)), {{"a", "x"}}), 2);
}

}  // namespace
}  // namespace orrery::match
