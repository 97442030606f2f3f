#include "proxy/config/uri_template.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace orrery::config {
namespace {

std::string complaint(std::string_view text) {
  const auto parsed = parseUriTemplate(text);
  return parsed ? "" : parsed.error().message;
}
bool covers(std::string_view text, std::string_view path) {
  const auto parsed = parseUriTemplate(text);
  EXPECT_TRUE(parsed) << text;
  return parsed && RE2::FullMatch(path, parsed->regex);
}
std::string rewritten(std::string_view text, std::string_view rewrite, std::string path) {
  const auto parsed = parseUriTemplate(text);
  const auto to = parseUriRewrite(rewrite, *parsed);
  if (!to) return "refused: " + to.error().message;
  if (to->empty()) return "invalid";
  return RE2::Replace(&path, "^" + parsed->regex + "$", *to) ? path : "-";
}

TEST(UriTemplates, AGlobIsOneSegmentAndTwoAsterisksAreAny) {
  EXPECT_TRUE(covers("/*", "/a"));
  EXPECT_TRUE(covers("/*", "/!$&'()+,;:@-._~=*%20"));
  EXPECT_FALSE(covers("/*", "/"));
  EXPECT_FALSE(covers("/*", "/a/b"));
  EXPECT_FALSE(covers("/*", "/a[b"));
  EXPECT_TRUE(covers("/a/**", "/a/"));
  EXPECT_TRUE(covers("/a/**", "/a/b//c/"));
  EXPECT_FALSE(covers("/a/**", "/a"));
}

TEST(UriTemplates, ASlashAtTheEndCounts) {
  EXPECT_TRUE(covers("/a/", "/a/"));
  EXPECT_FALSE(covers("/a/", "/a"));
  EXPECT_FALSE(covers("/a", "/a/"));
  EXPECT_TRUE(covers("/", "/"));
}

TEST(UriTemplates, LiteralsStandBeforeAndBehindAVariable) {
  EXPECT_TRUE(covers("/{x}.js/b", "/a.b.js/b"));
  EXPECT_FALSE(covers("/{x}.js/b", "/aXjs/b"));
  EXPECT_TRUE(covers("/a{x}", "/abc"));
  EXPECT_FALSE(covers("/a{x}", "/a"));
  EXPECT_TRUE(covers("/{x=**}.m3u8", "/.m3u8"));
}

TEST(UriTemplates, AnAsteriskAmongLettersIsThatOfAnExpression) {
  EXPECT_TRUE(covers("/a*", "/a"));
  EXPECT_FALSE(covers("/a*", "/abc"));
}

TEST(UriTemplates, WhatIsNoTemplateIsToldAsEnvoyTellsIt) {
  EXPECT_EQ(complaint("a"), "Invalid pattern: \"a\"");
  EXPECT_EQ(complaint("/a b"), "Invalid pattern: \"/a b\"");
  EXPECT_EQ(complaint("/**/*"), "Glob after text glob.");
  EXPECT_EQ(complaint("/{x=**}/{y=*}"), "Glob after text glob.");
  EXPECT_EQ(complaint("/**/{x}"), "Implicit variable path glob after text glob.");
  EXPECT_EQ(complaint("/{x}-{y}"), "Invalid suffix literal: \"-{y}\"");
  EXPECT_EQ(complaint("/{x}{y}"), "Invalid suffix literal: \"{y}\"");
  EXPECT_EQ(complaint("/{a={b}}"), "Invalid suffix literal: \"}\"");
  EXPECT_EQ(complaint("/{x}/{x}"), "Repeated variable name: \"x\"");
  EXPECT_EQ(complaint("/{a}/{b}/{c}/{d}/{e}/{f}"), "Exceeded variable count limit (5)");
  EXPECT_EQ(complaint("/{a2345678901234567}"),
            "Invalid variable name length (length of \"a2345678901234567\" should be at least 1 and no more than 16)");
  EXPECT_EQ(complaint("/{1a}"), "Invalid variable name: \"1a\"");
  EXPECT_EQ(complaint("/{}"), "Invalid variable name: \"\"");
  EXPECT_EQ(complaint("/{a"), "Unmatched variable bracket in mixed pattern: \"{a\"");
  EXPECT_EQ(complaint("/a}"), "Invalid literal: \"a}\"");
  EXPECT_EQ(complaint("/{a=}"), "Empty variable match");
  EXPECT_EQ(complaint("/{a=b/}"), "Invalid variable match: \"/\"");
  EXPECT_EQ(complaint("/{x=*b}"), "Invalid variable match: \"b\"");
  EXPECT_EQ(complaint("/a//b"), "Invalid literal: \"\"");
  EXPECT_EQ(complaint("//"), "Invalid literal: \"\"");
  EXPECT_EQ(complaint("/a?b"), "Invalid literal: \"a?b\"");
}

TEST(UriTemplates, ARewriteUsesVariablesInAnyOrderAndNumber) {
  EXPECT_EQ(rewritten("/c/{x}/{y}", "/{y}{x}", "/c/1/2"), "/21");
  EXPECT_EQ(rewritten("/c/{x}", "/{x}/{x}", "/c/a%2fb"), "/a%2fb/a%2fb");
  EXPECT_EQ(rewritten("/{x=a/*/b}", "/r/{x}/e", "/a/q/b"), "/r/a/q/b/e");
  EXPECT_EQ(rewritten("/c/**", "/d", "/c/x"), "/d");
}

TEST(UriTemplates, ARewriteOfUnknownVariablesOrNoPathIsRefused) {
  EXPECT_EQ(rewritten("/{x}", "/{y}", "/a"), "refused: mismatch between variables");
  for (const std::string_view bad : {"b", "/{x", "//a", "/a?b", "/b//c", "/{}", "/{x}}"}) {
    EXPECT_EQ(rewritten("/{x}", bad, "/a"), "invalid") << bad;
  }
}

}  // namespace
}  // namespace orrery::config
