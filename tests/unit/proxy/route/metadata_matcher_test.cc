#include "proxy/route/metadata_matcher.h"

#include <gtest/gtest.h>

#include "proxy/stream_info/stream_info.h"
#include "tests/unit/proxy/route/builders.h"

namespace orrery::route {
namespace {

using stream_info::Value;
using ValueKind = ValueMatcher::Kind;

ValueMatcher matcherOf(ValueKind kind) {
  ValueMatcher out;
  out.kind = kind;
  return out;
}
ValueMatcher numberMatcher(double value) {
  ValueMatcher out = matcherOf(ValueKind::kNumber);
  out.number = value;
  return out;
}
ValueMatcher textMatcher(std::string value) {
  ValueMatcher out = matcherOf(ValueKind::kString);
  out.string.value = std::move(value);
  return out;
}
bool valueHolds(const ValueMatcher& matcher, Value::Kinds value) {
  const Value v(std::move(value));
  return matches(matcher, &v);
}

TEST(MetadataMatchers, AValueMatchesOnlyItsOwnKind) {
  EXPECT_TRUE(valueHolds(matcherOf(ValueKind::kNull), nullptr));
  EXPECT_FALSE(valueHolds(matcherOf(ValueKind::kNull), false));
  EXPECT_TRUE(valueHolds(numberMatcher(1.5), 1.5));
  EXPECT_FALSE(valueHolds(numberMatcher(1.5), std::string("1.5")));
  EXPECT_TRUE(valueHolds(textMatcher("a"), std::string("a")));
  EXPECT_FALSE(valueHolds(textMatcher("1"), 1.0));
  EXPECT_TRUE(valueHolds(matcherOf(ValueKind::kBool), true));
  EXPECT_FALSE(valueHolds(matcherOf(ValueKind::kBool), false));
}

TEST(MetadataMatchers, ARangeHasItsStartAndNotItsEnd) {
  ValueMatcher range = matcherOf(ValueKind::kRange);
  range.number = 1;
  range.end = 2;
  EXPECT_TRUE(valueHolds(range, 1.0));
  EXPECT_FALSE(valueHolds(range, 2.0));
  EXPECT_FALSE(valueHolds(range, 0.5));
}

TEST(MetadataMatchers, PresenceCanBeAskedForAndNeverItsAbsence) {
  ValueMatcher present = matcherOf(ValueKind::kPresent);
  EXPECT_TRUE(valueHolds(present, nullptr));
  EXPECT_FALSE(matches(present, nullptr));
  present.wanted = false;
  EXPECT_FALSE(valueHolds(present, nullptr));
  EXPECT_FALSE(matches(present, nullptr));
}

TEST(MetadataMatchers, OneElementOfAListIsEnough) {
  ValueMatcher list = matcherOf(ValueKind::kOneOf);
  list.others.push_back(textMatcher("b"));
  EXPECT_TRUE(valueHolds(list, Value::List{Value(std::string("a")), Value(std::string("b"))}));
  EXPECT_FALSE(valueHolds(list, Value::List{Value(std::string("a"))}));
  EXPECT_FALSE(valueHolds(list, std::string("b")));
}

TEST(MetadataMatchers, OneOfSeveralMatchersIsEnough) {
  ValueMatcher either = matcherOf(ValueKind::kOr);
  either.others = {numberMatcher(1), textMatcher("a")};
  EXPECT_TRUE(valueHolds(either, 1.0));
  EXPECT_TRUE(valueHolds(either, std::string("a")));
  EXPECT_FALSE(valueHolds(either, 2.0));
}

TEST(MetadataMatchers, APathLeadsThroughObjectsOnly) {
  stream_info::StreamInfo info;
  info.mergeMetadata("ns", {{"a", Value(Value::Object{{"b", Value(std::string("v"))}})}});
  MetadataMatcher matcher{.metadataNamespace = "ns", .path = {"a", "b"}, .value = textMatcher("v")};
  EXPECT_TRUE(matches(matcher, info.metadata.get()));
  matcher.path = {"a", "b", "c"};
  EXPECT_FALSE(matches(matcher, info.metadata.get()));
  matcher.invert = true;
  EXPECT_TRUE(matches(matcher, info.metadata.get()));
  EXPECT_TRUE(matches(matcher, nullptr));
}

TEST(MetadataMatchers, ARouteThatAsksForMetadataWaitsForIt) {
  Route first = test::routeTo("asked", test::prefix("/"));
  first.match.metadata.push_back({.metadataNamespace = "ns", .path = {"a"}, .value = textMatcher("v")});
  const auto table = *RouteTable::compile(
      test::config({test::virtualHost("h", {"*"}, {first, test::routeTo("other", test::prefix("/"))})}));
  const test::Request request("/");
  EXPECT_EQ(test::matched(*table, request), "other");
  stream_info::StreamInfo info;
  info.mergeMetadata("ns", {{"a", Value(std::string("v"))}});
  EXPECT_EQ(table->match(request.headers, runtime::Snapshot(), 0, info.metadata.get()).route->name, "asked");
}

TEST(MetadataMatchers, ARouteThatAsksForFilterStateIsNeverTaken) {
  Route first = test::routeTo("asked", test::prefix("/"));
  first.match.filterState = true;
  const auto table = *RouteTable::compile(
      test::config({test::virtualHost("h", {"*"}, {first, test::routeTo("other", test::prefix("/"))})}));
  EXPECT_EQ(test::matched(*table, test::Request("/")), "other");
}

}  // namespace
}  // namespace orrery::route
