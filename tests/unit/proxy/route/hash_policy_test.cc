#include "proxy/route/hash_policy.h"

#include <gtest/gtest.h>

#include <xxhash.h>

#include "tests/unit/proxy/route/builders.h"

namespace orrery::route {
namespace {

using test::Request;

uint64_t xx(std::string_view text, uint64_t seed = 0) { return XXH64(text.data(), text.size(), seed); }

HashPolicy policy(HashPolicy::Kind kind, std::string name, bool terminal = false) {
  HashPolicy out;
  out.kind = kind;
  out.terminal = terminal;
  if (kind == HashPolicy::Kind::kHeader) {
    out.header.emplace(name);
  } else {
    out.name = std::move(name);
  }
  return out;
}

TEST(HashPolicy, FieldsOfOneNameCountInTheOrderOfTheirValues) {
  const std::vector<HashPolicy> policies{policy(HashPolicy::Kind::kHeader, "x-user")};
  Request ab("/", "h", {{"x-user", "a"}, {"x-user", "b"}});
  Request ba("/", "h", {{"x-user", "b"}, {"x-user", "a"}});
  EXPECT_EQ(hashOf(policies, ab.headers, test::kNoInfo).value, xx("b", xx("a")));
  EXPECT_EQ(hashOf(policies, ba.headers, test::kNoInfo).value, xx("b", xx("a")));
  Request none("/");
  EXPECT_EQ(hashOf(policies, none.headers, test::kNoInfo).value, std::nullopt);
}

TEST(HashPolicy, PoliciesAreCombinedUpToATerminalOneThatFits) {
  Request request("/?q=1&p=2", "h", {{"x-user", "a"}});
  const uint64_t header = xx("a");
  EXPECT_EQ(hashOf({policy(HashPolicy::Kind::kHeader, "x-user"), policy(HashPolicy::Kind::kQueryParameter, "p")},
                   request.headers, test::kNoInfo)
                .value,
            ((header << 1) | (header >> 63)) ^ xx("2"));
  EXPECT_EQ(hashOf({policy(HashPolicy::Kind::kHeader, "x-none", true),
                    policy(HashPolicy::Kind::kHeader, "x-user", true), policy(HashPolicy::Kind::kQueryParameter, "p")},
                   request.headers, test::kNoInfo)
                .value,
            header);
}

TEST(HashPolicy, AMissingCookieIsMadeFromTheConnectionOnlyIfItMayLive) {
  stream_info::StreamInfo info;
  info.downstreamDirectRemoteAddress = "10.0.0.1:5";
  info.downstreamLocalAddress = "10.0.0.2:80";
  HashPolicy cookie = policy(HashPolicy::Kind::kCookie, "who");
  Request request("/", "h", {{"cookie", "a=b; who=\"me\""}});
  EXPECT_EQ(hashOf({cookie}, request.headers, info).value, xx("me"));
  Request bare("/", "h", {{"cookie", "a=b"}});
  EXPECT_EQ(hashOf({cookie}, bare.headers, info).value, std::nullopt);
  cookie.ttl = Duration::seconds(60);
  cookie.path = "/p";
  cookie.attributes = {{"SameSite", "Lax"}, {"Secure", ""}};
  const RequestHash made = hashOf({cookie}, bare.headers, info);
  ASSERT_TRUE(made.value);
  EXPECT_TRUE(made.setCookie.starts_with("who=\""));
  EXPECT_TRUE(made.setCookie.ends_with("\"; Max-Age=60; Path=/p; SameSite=Lax; Secure; HttpOnly"));
  EXPECT_EQ(hashOf({cookie}, bare.headers, info).value, made.value);
}

TEST(HashPolicy, TheSourceIsItsAddressWithoutThePort) {
  stream_info::StreamInfo info;
  info.downstreamRemoteAddress = "10.0.0.1:5";
  Request request("/");
  EXPECT_EQ(hashOf({policy(HashPolicy::Kind::kSourceIp, "")}, request.headers, info).value, xx("10.0.0.1"));
  info.downstreamRemoteAddress = "[::1]:5";
  EXPECT_EQ(hashOf({policy(HashPolicy::Kind::kSourceIp, "")}, request.headers, info).value, xx("::1"));
}

}  // namespace
}  // namespace orrery::route
