#include "proxy/http/path_rules.h"

#include <gtest/gtest.h>

namespace orrery::http {
namespace {

using message::HeaderId;

// The path after the rules, or "rejected"; "redirect " in front of one that the client is sent to.
std::string normalized(std::string_view path, const HcmOptions& options) {
  ArenaPool pool;
  Arena arena(pool);
  message::HeaderMap headers(arena);
  headers.add(HeaderId::kPath, path);
  switch (normalizePath(headers, options)) {
    case PathVerdict::kReject: return "rejected";
    case PathVerdict::kRedirect: return "redirect " + std::string(headers.path());
    case PathVerdict::kContinue: break;
  }
  return std::string(headers.path());
}

// Expected values are what Envoy 1.40 sent its origin.
TEST(PathRules, NormalizePathRemovesDotSegmentsAndSpellsEscapesOneWay) {
  HcmOptions o;
  o.normalizePath = true;
  const std::pair<const char*, const char*> cases[] = {
      {"/a/../b", "/b"},
      {"/a/./b/", "/a/b/"},
      {"/../..", "/"},
      {"/a/b/..", "/a/"},
      {"/a/b/.", "/a/b/"},
      {"/a/%2e%2E/b", "/b"},
      {"/.../a", "/.../a"},
      {"/a/..;x/b", "/b"},
      {"/a/..;x", "/"},
      {"/a/.;", "/a/"},
      {"/a/b;x", "/a/b;x"},
      {"/a/%2e%2e;y/b", "/a/..;y/b"},
      {"/a/b/..;x/..;y/c", "/c"},
      {"/a\\b\\..\\c", "/a/c"},
      {"/%61%7e%41", "/a~A"},
      {"/%20%zz%4%", "/%20%zz%4%"},
      {"/%00", "rejected"},
      {"/a%2Fb%5c", "/a%2Fb%5c"},
      {"/<^`{|}>\"", "/%3C%5E%60%7B%7C%7D%3E%22"},
      {"/a/../b?x=/../y", "/b?x=/../y"},
      {"/a#b", "rejected"},
      {"//a//b", "//a//b"},
  };
  for (const auto& [path, expected] : cases) EXPECT_EQ(normalized(path, o), expected) << path;
}

TEST(PathRules, MergeSlashesLeavesTheQueryAlone) {
  HcmOptions o;
  o.mergeSlashes = true;
  const std::pair<const char*, const char*> cases[] = {{"//a///b", "/a/b"}, {"/a//", "/a/"}, {"/a//?x//y", "/a/?x//y"},
                                                       {"//", "//"},        {"///", "//"},   {"/a/?//", "/a/?//"}};
  for (const auto& [path, expected] : cases) EXPECT_EQ(normalized(path, o), expected) << path;
}

TEST(PathRules, EscapedSlashesAreKeptRefusedRedirectedOrUnescaped) {
  HcmOptions o;
  EXPECT_EQ(normalized("/a%2fb", o), "/a%2fb");
  o.escapedSlashes = EscapedSlashes::kReject;
  EXPECT_EQ(normalized("/a%2fb", o), "rejected");
  EXPECT_EQ(normalized("/a/b?%2f", o), "/a/b?%2f");
  o.escapedSlashes = EscapedSlashes::kUnescapeAndRedirect;
  EXPECT_EQ(normalized("/a%5Cb?c%2fd", o), "redirect /a\\b?c%2fd");
  o.escapedSlashes = EscapedSlashes::kUnescapeAndForward;
  o.normalizePath = true;
  EXPECT_EQ(normalized("/a/..%2fb", o), "/b");
}

std::string host(std::string_view authority, const HcmOptions& options, std::string_view method = "GET") {
  ArenaPool pool;
  Arena arena(pool);
  message::HeaderMap headers(arena);
  headers.add(HeaderId::kMethod, method);
  headers.add(HeaderId::kAuthority, authority);
  normalizeHost(headers, options, 80);
  return std::string(headers.authority());
}

TEST(PathRules, HostsLosePortsAndDotsAsConfigured) {
  HcmOptions o;
  EXPECT_EQ(host("h.:80", o), "h.:80");
  o.stripHostPort = StripHostPort::kMatching;
  EXPECT_EQ(host("h:80", o), "h");
  EXPECT_EQ(host("h:81", o), "h:81");
  o.stripHostPort = StripHostPort::kAny;
  EXPECT_EQ(host("h:81", o), "h");
  EXPECT_EQ(host("[::1]:80", o), "[::1]");
  EXPECT_EQ(host("[::1]", o), "[::1]");
  EXPECT_EQ(host("h:", o), "h:");
  EXPECT_EQ(host("h:x", o), "h:x");
  EXPECT_EQ(host("h:80", o, "CONNECT"), "h:80");
  o.stripTrailingHostDot = true;
  EXPECT_EQ(host("h.:80", o), "h");
  EXPECT_EQ(host("a.b.", o), "a.b");
}

}  // namespace
}  // namespace orrery::http
