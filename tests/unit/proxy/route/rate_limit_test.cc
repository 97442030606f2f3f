#include "proxy/route/rate_limit.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/route/builders.h"

namespace orrery::route {
namespace {

using test::Request;
using Action = RateLimitAction;
using Kind = Action::Kind;

// "k=v,l=w", or "none".
std::string shown(const std::optional<Descriptor>& descriptor) {
  if (!descriptor) return "none";
  std::string out;
  for (const DescriptorEntry& e : descriptor->entries) out += (out.empty() ? "" : ",") + e.key + "=" + e.value;
  return out;
}

std::string made(std::vector<Action> actions, Request& request, const stream_info::StreamInfo& info = test::kNoInfo) {
  return shown(descriptorOf({.actions = std::move(actions)}, {request.headers, info}));
}

Action header(std::string_view name, bool skip = false) {
  return {.kind = Kind::kRequestHeader, .key = "k", .skipIfAbsent = skip, .header = message::HeaderName(name)};
}
Action query(std::string name, bool skip = false) {
  return {.kind = Kind::kQueryParameter, .key = "q", .skipIfAbsent = skip, .parameter = std::move(name)};
}
Action address(Kind kind, uint32_t v4 = 32, uint32_t v6 = 128) {
  return {.kind = kind, .key = "a", .maskV4 = v4, .maskV6 = v6};
}
const Action kFixed{.key = "f", .value = "x"};

TEST(RateLimit, EntriesComeInTheOrderOfTheActions) {
  Request request("/?p=1", "h", {{"x-user", "joe"}, {"x-user", "ann"}});
  EXPECT_EQ(made({kFixed, header("x-user"), query("p")}, request), "f=x,k=joe,q=1");
  stream_info::StreamInfo routed;
  routed.routeCluster = "origin";
  EXPECT_EQ(made({{.kind = Kind::kDestinationCluster, .key = "d"}}, request, routed), "d=origin");
  EXPECT_EQ(made({{.kind = Kind::kDestinationCluster, .key = "d"}}, request), "none");
}

TEST(RateLimit, WhatIsAbsentEndsTheDescriptorOrIsLeftOut) {
  Request request("/");
  EXPECT_EQ(made({kFixed, header("x-user")}, request), "none");
  EXPECT_EQ(made({header("x-user", true), kFixed}, request), "f=x");
  EXPECT_EQ(made({query("p")}, request), "none");
  EXPECT_EQ(made({query("p", true), kFixed}, request), "f=x");
}

TEST(RateLimit, QueryParametersAreDecodedAndTheFirstOneCounts) {
  Request request("/?%61=b%20c&a=d&e");
  EXPECT_EQ(made({query("a")}, request), "q=b c");
  EXPECT_EQ(made({query("e")}, request), "q=");
}

TEST(RateLimit, AddressesAreWholeMaskedOrOnlyLookedAt) {
  stream_info::StreamInfo v4, v6, pipe;
  v4.downstreamRemoteAddress = "10.1.2.3:5000";
  v6.downstreamRemoteAddress = "[2001:db8::1]:5000";
  pipe.downstreamRemoteAddress = "/socket";
  Request request("/");
  EXPECT_EQ(made({address(Kind::kRemoteAddress)}, request, v4), "a=10.1.2.3");
  EXPECT_EQ(made({address(Kind::kRemoteAddress)}, request, v6), "a=2001:db8::1");
  EXPECT_EQ(made({address(Kind::kRemoteAddress)}, request, pipe), "none");
  EXPECT_EQ(made({address(Kind::kMaskedRemoteAddress, 16, 32)}, request, v4), "a=10.1.0.0/16");
  EXPECT_EQ(made({address(Kind::kMaskedRemoteAddress, 16, 32)}, request, v6), "a=2001:db8::/32");
  Action inside{.kind = Kind::kRemoteAddressMatch, .key = "r", .value = "in"};
  inside.ranges.push_back({*io::Address::parseIp("10.0.0.0", 0), 8});
  EXPECT_EQ(made({inside}, request, v4), "r=in");
  EXPECT_EQ(made({inside}, request, v6), "none");
  inside.invertRanges = true;
  EXPECT_EQ(made({inside}, request, v4), "none");
  EXPECT_EQ(made({inside}, request, v6), "r=in");
}

TEST(RateLimit, AMatchGivesItsValueIfItIsWhatIsExpected) {
  Request request("/?p=1", "h", {{"x-user", "joe"}});
  Action byHeader{.kind = Kind::kHeaderMatch, .key = "h", .value = "v"};
  byHeader.headers.push_back({.name = message::HeaderName("x-user"), .string = {}});
  EXPECT_EQ(made({byHeader}, request), "h=v");
  byHeader.expectMatch = false;
  EXPECT_EQ(made({byHeader}, request), "none");
  Action byQuery{.kind = Kind::kQueryMatch, .key = "q", .value = "v"};
  byQuery.parameters.push_back({.name = "p", .string = match::StringMatcher{.value = "1", .regex = nullptr}});
  EXPECT_EQ(made({byQuery}, request), "q=v");
  byQuery.parameters.push_back({.name = "r", .string = {}});
  EXPECT_EQ(made({byQuery}, request), "none");
}

TEST(RateLimit, MetadataThatIsATextCountsElseTheDefault) {
  stream_info::StreamInfo info;
  stream_info::Value::Object fields;
  stream_info::memberOf(fields, "name").is = std::string("joe");
  stream_info::memberOf(fields, "age").is = 7.0;
  info.mergeMetadata("n", fields);
  Request request("/");
  Action name{.kind = Kind::kDynamicMetadata, .key = "m", .metadataNamespace = "n", .metadataPath = {"name"}};
  EXPECT_EQ(made({name}, request, info), "m=joe");
  name.metadataPath = {"age"};
  EXPECT_EQ(made({name}, request, info), "none");
  name.defaultValue = "d";
  EXPECT_EQ(made({name}, request, info), "m=d");
  name.defaultValue = "";
  name.skipIfAbsent = true;
  EXPECT_EQ(made({name, kFixed}, request, info), "f=x");
}

TEST(RateLimit, HitsMayBeAFormatWhichMustGiveANumber) {
  const auto format = format::parseFormat("%REQ(x-hits)%");
  ASSERT_TRUE(format);
  const RateLimit limit{.actions = {kFixed}, .hitsFormat = *format};
  Request five("/", "h", {{"x-hits", "5"}});
  EXPECT_EQ(descriptorOf(limit, {five.headers, test::kNoInfo})->hits, 5u);
  Request none("/");
  EXPECT_EQ(descriptorOf(limit, {none.headers, test::kNoInfo}), std::nullopt);
}

}  // namespace
}  // namespace orrery::route
