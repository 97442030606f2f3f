#include "proxy/route/route_table.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/route/builders.h"

namespace orrery::route {
namespace {

using test::config;
using test::matched;
using test::pathMatch;
using test::prefix;
using test::Request;
using test::routeTo;
using test::virtualHost;
using PathKind = RouteMatch::PathKind;

std::shared_ptr<const RouteTable> compiled(std::shared_ptr<const RouteConfig> c) {
  auto table = RouteTable::compile(std::move(c));
  EXPECT_TRUE(table) << (table ? "" : table.error().message);
  return *table;
}
// One virtual host for all domains.
std::shared_ptr<const RouteTable> tableOf(std::vector<Route> routes) {
  return compiled(config({virtualHost("all", {"*"}, std::move(routes))}));
}
std::string hostOf(const RouteTable& table, std::string_view authority) {
  return matched(table, Request("/", authority));
}

TEST(RouteTable, AnotherHeaderCanNameTheVirtualHost) {
  const auto named = [](std::vector<VirtualHost> hosts) {
    RouteConfig c = *config(std::move(hosts));
    c.hostHeader.emplace("x-v");
    return compiled(std::make_shared<const RouteConfig>(std::move(c)));
  };
  const VirtualHost any = virtualHost("any", {"*"}, {routeTo("any", prefix("/"))});
  const auto table = named({virtualHost("a", {"aa.b"}, {routeTo("a", prefix("/"))}), any});
  EXPECT_EQ(matched(*table, Request("/", "h", {{"x-v", "AA.B"}})), "a");
  EXPECT_EQ(matched(*table, Request("/", "aa.b", {{"x-v", "zz"}})), "any");
  EXPECT_EQ(matched(*table, Request("/", "aa.b")), "-");
  EXPECT_EQ(matched(*named({any}), Request("/", "aa.b")), "any");
}

TEST(RouteTable, ExactDomainBeatsSuffixBeatsPrefixBeatsAny) {
  const auto all = [](const char* name, const char* domain) {
    return virtualHost(name, {domain}, {routeTo(name, prefix("/"))});
  };
  const auto table =
      compiled(config({all("any", "*"), all("prefix", "www.foo.*"), all("long", "www.foo.b*"),
                       all("suffix", "*.foo.com"), all("dash", "*-bar.foo.com"), all("exact", "www.foo.com")}));
  EXPECT_EQ(hostOf(*table, "www.foo.com"), "exact");
  EXPECT_EQ(hostOf(*table, "api.foo.com"), "suffix");
  EXPECT_EQ(hostOf(*table, "x-bar.foo.com"), "dash");
  EXPECT_EQ(hostOf(*table, "www.foo.org"), "prefix");
  EXPECT_EQ(hostOf(*table, "www.foo.bar"), "long");
  EXPECT_EQ(hostOf(*table, "other.net"), "any");
  EXPECT_EQ(hostOf(*table, ""), "any");
}

TEST(RouteTable, AWildcardStandsForAtLeastOneCharacter) {
  const auto table = compiled(config({virtualHost("s", {"*.foo.com"}, {routeTo("s", prefix("/"))})}));
  EXPECT_EQ(hostOf(*table, ".foo.com"), "-");
  EXPECT_EQ(hostOf(*table, "a.foo.com"), "s");
  EXPECT_EQ(hostOf(*table, "foo.com"), "-");
}

TEST(RouteTable, HostsDoNotDependOnCase) {
  const auto table = compiled(config({virtualHost("e", {"Foo.com"}, {routeTo("e", prefix("/"))}),
                                      virtualHost("s", {"*.BAR.com"}, {routeTo("s", prefix("/"))})}));
  EXPECT_EQ(hostOf(*table, "fOO.COM"), "e");
  EXPECT_EQ(hostOf(*table, "X.bar.COM"), "s");
}

TEST(RouteTable, PortsCountUnlessIgnored) {
  const auto hosts = [] { return std::vector{virtualHost("e", {"foo.com", "[::1]"}, {routeTo("e", prefix("/"))})}; };
  const auto strict = compiled(config(hosts()));
  EXPECT_EQ(hostOf(*strict, "foo.com:8080"), "-");
  const auto lax = compiled(config(hosts(), true));
  EXPECT_EQ(hostOf(*lax, "foo.com:8080"), "e");
  EXPECT_EQ(hostOf(*lax, "[::1]:8080"), "e");
  EXPECT_EQ(hostOf(*lax, "[::1]"), "e");
}

TEST(RouteTable, RefusesADomainGivenTwiceAndABadExpression) {
  const auto twice = RouteTable::compile(config({virtualHost("a", {"x.com", "X.com"}, {})}));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message, "virtual host 'a': domain 'X.com' is given twice");
  const auto bad =
      RouteTable::compile(config({virtualHost("a", {"*"}, {routeTo("r", pathMatch(PathKind::kRegex, "(unclosed"))})}));
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("(unclosed"), std::string::npos);
}

TEST(RouteTable, TheFirstRouteThatMatchesWins) {
  const auto table = tableOf({routeTo("a", prefix("/a")), routeTo("ab", prefix("/ab")), routeTo("rest", prefix("/"))});
  EXPECT_EQ(matched(*table, Request("/abc")), "a");
  EXPECT_EQ(matched(*table, Request("/b")), "rest");
}

TEST(RouteTable, PathsAreComparedWithoutQueryAndFragment) {
  const auto table = tableOf(
      {routeTo("exact", pathMatch(PathKind::kExact, "/x")), routeTo("regex", pathMatch(PathKind::kRegex, "/r[0-9]+"))});
  EXPECT_EQ(matched(*table, Request("/x?y=1")), "exact");
  EXPECT_EQ(matched(*table, Request("/x#frag")), "exact");
  EXPECT_EQ(matched(*table, Request("/x/")), "-");
  EXPECT_EQ(matched(*table, Request("/r12?z")), "regex");
  EXPECT_EQ(matched(*table, Request("/r12/more")), "-");
}

TEST(RouteTable, APathSeparatedPrefixEndsAtASlash) {
  const auto table = tableOf({routeTo("p", pathMatch(PathKind::kPathSeparatedPrefix, "/api"))});
  EXPECT_EQ(matched(*table, Request("/api")), "p");
  EXPECT_EQ(matched(*table, Request("/api/v1")), "p");
  EXPECT_EQ(matched(*table, Request("/api?x")), "p");
  EXPECT_EQ(matched(*table, Request("/apis")), "-");
}

TEST(RouteTable, CaseCountsUnlessSwitchedOff) {
  RouteMatch lax = prefix("/Api");
  lax.caseSensitive = false;
  const auto table = tableOf({routeTo("lax", lax), routeTo("strict", prefix("/Zoo"))});
  EXPECT_EQ(matched(*table, Request("/aPI/x")), "lax");
  EXPECT_EQ(matched(*table, Request("/zoo")), "-");
}

HeaderMatcher named(std::string_view name) {
  return {message::HeaderName(name), HeaderMatcher::Kind::kPresent, true, {}, 0, 0, false, false};
}
HeaderMatcher header(std::string_view name, StringMatcher::Kind kind, std::string value) {
  HeaderMatcher matcher = named(name);
  matcher.kind = HeaderMatcher::Kind::kString;
  matcher.string.kind = kind;
  matcher.string.value = std::move(value);
  return matcher;
}
std::string matchedWith(HeaderMatcher matcher, const Request& request) {
  RouteMatch match = prefix("/");
  match.headers.push_back(std::move(matcher));
  return matched(*tableOf({routeTo("yes", match)}), request);
}

TEST(RouteTable, HeadersAreMatchedByValue) {
  using Kind = StringMatcher::Kind;
  const Request request("/", "h", {{"x-kind", "Blue-7"}});
  EXPECT_EQ(matchedWith(header("x-kind", Kind::kExact, "Blue-7"), request), "yes");
  EXPECT_EQ(matchedWith(header("x-kind", Kind::kExact, "blue-7"), request), "-");
  EXPECT_EQ(matchedWith(header("X-Kind", Kind::kPrefix, "Blue"), request), "yes");
  EXPECT_EQ(matchedWith(header("x-kind", Kind::kSuffix, "-7"), request), "yes");
  EXPECT_EQ(matchedWith(header("x-kind", Kind::kContains, "lue"), request), "yes");
  EXPECT_EQ(matchedWith(header("x-kind", Kind::kRegex, "[A-Z]lue-\\d"), request), "yes");
  EXPECT_EQ(matchedWith(header("x-kind", Kind::kRegex, "lue"), request), "-");  // full match
  HeaderMatcher lax = header("x-kind", Kind::kContains, "LUE");
  lax.string.ignoreCase = true;
  EXPECT_EQ(matchedWith(lax, request), "yes");
}

// Measured at Envoy 1.40 (match_headers_individually).
TEST(RouteTable, OfRepeatedHeadersAnyOneIsEnough) {
  const Request request("/", "h", {{"x-list", "a"}, {"x-list", "b"}});
  for (const auto& [text, yes] : {std::pair{"a", true}, {"b", true}, {"a,b", false}}) {
    HeaderMatcher matcher = header("x-list", StringMatcher::Kind::kExact, text);
    EXPECT_EQ(matchedWith(matcher, request), yes ? "yes" : "-") << text;
    matcher.invert = true;  // wants none that matches
    EXPECT_EQ(matchedWith(matcher, request), yes ? "-" : "yes") << text;
  }
}

TEST(RouteTable, FieldsThatEnvoyJoinsAsTheyArriveAreComparedJoined) {
  const Request request("/", "h", {{"user-agent", "a"}, {"user-agent", "b"}});
  EXPECT_EQ(matchedWith(header("user-agent", StringMatcher::Kind::kExact, "a,b"), request), "yes");
  EXPECT_EQ(matchedWith(header("user-agent", StringMatcher::Kind::kExact, "a"), request), "-");
}

TEST(RouteTable, AMissingHeaderMatchesNothingUnlessItCountsAsEmpty) {
  const Request request("/");
  HeaderMatcher matcher = header("x-none", StringMatcher::Kind::kExact, "v");
  matcher.invert = true;
  EXPECT_EQ(matchedWith(matcher, request), "-");
  matcher.treatMissingAsEmpty = true;
  EXPECT_EQ(matchedWith(matcher, request), "yes");
}

TEST(RouteTable, PresenceAndRangesOfHeaders) {
  const Request request("/", "h", {{"x-n", "-5"}, {"x-t", "10x"}});
  HeaderMatcher present = named("x-n");
  EXPECT_EQ(matchedWith(present, request), "yes");
  present.presentMatch = false;
  EXPECT_EQ(matchedWith(present, request), "-");
  HeaderMatcher range = named("x-n");
  range.kind = HeaderMatcher::Kind::kRange;
  range.rangeStart = -5;
  range.rangeEnd = 0;
  EXPECT_EQ(matchedWith(range, request), "yes");
  range.rangeStart = -10;
  range.rangeEnd = -5;  // the end is outside
  EXPECT_EQ(matchedWith(range, request), "-");
  HeaderMatcher text = named("x-t");
  text.kind = HeaderMatcher::Kind::kRange;
  text.rangeEnd = 100;
  EXPECT_EQ(matchedWith(text, request), "-");
}

TEST(RouteTable, QueryParametersAreMatchedByTheFirstOfTheirName) {
  RouteMatch match = prefix("/");
  QueryParameterMatcher color;
  color.name = "color";
  color.string.emplace().value = "red";
  match.queryParameters.push_back(color);
  QueryParameterMatcher debug;
  debug.name = "debug";
  match.queryParameters.push_back(debug);
  const auto table = tableOf({routeTo("yes", match)});
  EXPECT_EQ(matched(*table, Request("/?color=red&debug")), "yes");
  EXPECT_EQ(matched(*table, Request("/?debug=&color=red#x")), "yes");
  EXPECT_EQ(matched(*table, Request("/?color=blue&color=red&debug")), "-");
  EXPECT_EQ(matched(*table, Request("/?color=red")), "-");
  EXPECT_EQ(matched(*table, Request("/")), "-");
}

// Measured at Envoy 1.40.
TEST(RouteTable, PathParametersOfEachSegmentMayBeIgnored) {
  using PathKind = RouteMatch::PathKind;
  auto c = std::make_shared<RouteConfig>(*config(
      {virtualHost("all", {"*"},
                   {routeTo("a", pathMatch(PathKind::kExact, "/a")), routeTo("a/", pathMatch(PathKind::kExact, "/a/")),
                    routeTo("a/b", pathMatch(PathKind::kExact, "/a/b")),
                    routeTo("r", pathMatch(PathKind::kRegex, "/r[0-9]")), routeTo("rest", prefix("/"))})}));
  const auto strict = compiled(c);
  c = std::make_shared<RouteConfig>(*c);
  c->ignorePathParameters = true;
  const auto lax = compiled(c);
  EXPECT_EQ(matched(*strict, Request("/a;p=1")), "rest");
  EXPECT_EQ(matched(*lax, Request("/a;p=1")), "a");
  EXPECT_EQ(matched(*lax, Request("/a;p=1/b")), "a/b");
  EXPECT_EQ(matched(*lax, Request("/a;/b;x?y;z/c")), "a/b");
  EXPECT_EQ(matched(*lax, Request("/a;p/")), "a/");
  EXPECT_EQ(matched(*lax, Request("/a;p=/;q/b")), "rest");  // an empty segment stays
  EXPECT_EQ(matched(*lax, Request("/r1;x")), "r");
}

TEST(RouteTable, RuntimeFractionsTakeTheRandomBitsOfTheStream) {
  RouteMatch match = prefix("/");
  match.runtimeFraction = RuntimeFraction{{25, 100}, "routing.new"};
  const auto table = tableOf({routeTo("new", match), routeTo("old", prefix("/"))});
  EXPECT_TRUE(table->usesRandom());
  EXPECT_EQ(matched(*table, Request("/"), 24), "new");
  EXPECT_EQ(matched(*table, Request("/"), 25), "old");
  runtime::RuntimeOptions options;
  options.layers.push_back({"static", false, {{"routing.new", "50"}}});
  const runtime::Snapshot half(options);
  EXPECT_EQ(matched(*table, Request("/"), 49, half), "new");
  EXPECT_EQ(matched(*table, Request("/"), 50, half), "old");
  EXPECT_FALSE(tableOf({routeTo("old", prefix("/"))})->usesRandom());
}

TEST(RouteTable, RequiredTlsRedirectsPlainRequests) {
  VirtualHost host = virtualHost("tls", {"*"}, {routeTo("r", prefix("/"))});
  host.requireTls = VirtualHost::RequireTls::kExternalOnly;
  const auto table = compiled(config({host}));
  const runtime::Snapshot runtime;
  const Request plain("/");
  const RouteResult result = table->match(plain.headers, runtime, 0);
  ASSERT_NE(result.route, nullptr);
  ASSERT_TRUE(result.route->redirect);
  EXPECT_TRUE(result.route->redirect->httpsRedirect);
  EXPECT_EQ(matched(*table, Request("/", "h", {{"x-forwarded-proto", "https"}})), "r");
  EXPECT_EQ(matched(*table, Request("/", "h", {{"x-envoy-internal", "true"}})), "r");
}

}  // namespace
}  // namespace orrery::route
