#include "proxy/filters/http/ext_authz/check.h"

#include <gtest/gtest.h>

#include "proxy/base/arena.h"

// The words of both sides, as measured at Envoy 1.40.
namespace orrery::filters::ext_authz {
namespace {

using message::HeaderEntry;
using message::HeaderMap;

struct Check : testing::Test {
  ArenaPool pool;
  Arena arena{pool};
  ExtAuthzOptions options;

  HeaderMap& map(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    HeaderMap& out = *arena.make<HeaderMap>(arena);
    for (const auto& [name, value] : fields) out.add(message::HeaderName(name), value);
    return out;
  }
  static HeaderNames names(std::initializer_list<std::string> list) {
    HeaderNames out;
    for (const std::string& name : list) {
      match::StringMatcher matcher;
      matcher.kind = name.ends_with('*') ? match::StringMatcher::Kind::kPrefix : match::StringMatcher::Kind::kExact;
      matcher.value = name.ends_with('*') ? name.substr(0, name.size() - 1) : name;
      out.push_back(matcher);
    }
    return out;
  }
  template <class Entries>
  static std::string text(const Entries& entries) {
    std::string out;
    for (const HeaderEntry& e : entries) out += std::string(e.name) + "=" + std::string(e.value) + ";";
    return out;
  }
  std::string question(size_t shown = 0, size_t whole = 0) {
    HeaderMap& request = map({{":method", "POST"},
                              {":path", "/p?q"},
                              {":authority", "h"},
                              {"x-a", "1"},
                              {"authorization", "tok"},
                              {"cookie", "c=1"},
                              {"content-length", "5"}});
    HeaderMap out(arena);
    const stream_info::StreamInfo info{};
    writeQuestion(options, options.service, request, shown, whole, info, out);
    return text(out);
  }
};

TEST_F(Check, AsksWithMethodPathHostAndAuthorization) {
  EXPECT_EQ(question(), ":method=POST;:path=/p?q;:authority=h;content-length=0;authorization=tok;");
}

TEST_F(Check, ThePathMayBeAnotherOne) {
  options.service.pathOverride = "/check?x";
  EXPECT_EQ(question(), ":method=POST;:path=/check?x;:authority=h;content-length=0;authorization=tok;");
}

// What rules do not let an answer do is left out, or makes all of it an error.
TEST_F(Check, RulesSayWhatAnAnswerMayChange) {
  options.service.upstreamHeaders = names({"x-*", "host"});
  HeaderMap& answer = map({{":status", "200"},
                           {"x-a", "1"},
                           {"x-envoy-b", "2"},
                           {"host", "z"},
                           {"x-envoy-auth-headers-to-remove", "x-c, x-envoy-d"}});
  Verdict verdict = readAnswer(options.service, answer);
  Verdict strict = verdict;
  EXPECT_TRUE(applyRules({}, verdict));
  EXPECT_EQ(text(verdict.toUpstream), "x-a=1;");
  EXPECT_EQ(verdict.removeFromUpstream, std::vector<std::string>{"x-c"});
  EXPECT_TRUE(verdict.changes("x-a"));
  EXPECT_TRUE(verdict.changes("x-c"));
  EXPECT_FALSE(verdict.changes("x-envoy-b"));
  EXPECT_FALSE(applyRules({.disallowIsError = true, .allowed = nullptr, .disallowed = nullptr}, strict));
}

TEST_F(Check, ThePathMayHaveAPrefix) {
  options.service.pathPrefix = "/check";
  EXPECT_EQ(question(), ":method=POST;:path=/check/p?q;:authority=h;content-length=0;authorization=tok;");
}

TEST_F(Check, HeadersAreShownIfAllowedAndNotForbidden) {
  options.allowedHeaders = names({"x-*", "cookie"});
  EXPECT_EQ(question(), ":method=POST;:path=/p?q;:authority=h;content-length=0;x-a=1;authorization=tok;cookie=c=1;");
  options.disallowedHeaders = names({"x-a", "authorization"});
  EXPECT_EQ(question(), ":method=POST;:path=/p?q;:authority=h;content-length=0;cookie=c=1;");
}

TEST_F(Check, ABodyIsToldOfEvenInPart) {
  EXPECT_EQ(question(5, 5),
            ":method=POST;:path=/p?q;:authority=h;content-length=5;authorization=tok;x-envoy-auth-partial-body=false;");
  EXPECT_EQ(question(3, 5),
            ":method=POST;:path=/p?q;:authority=h;content-length=3;authorization=tok;x-envoy-auth-partial-body=true;");
}

TEST_F(Check, Only200AllowsAnd5xxIsAnError) {
  const auto kind = [&](std::string_view status) {
    return readAnswer(options.service, map({{":status", status}})).kind;
  };
  EXPECT_EQ(kind("200"), Verdict::Kind::kAllowed);
  EXPECT_EQ(kind("204"), Verdict::Kind::kDenied);
  EXPECT_EQ(kind("302"), Verdict::Kind::kDenied);
  EXPECT_EQ(kind("403"), Verdict::Kind::kDenied);
  EXPECT_EQ(kind("500"), Verdict::Kind::kError);
  EXPECT_EQ(kind("503"), Verdict::Kind::kError);
}

TEST_F(Check, ADenialPassesAllHeadersOrThoseAllowedBesideThreeOfItsOwn) {
  const auto denied = [&] {
    return text(readAnswer(options.service, map({{":status", "401"},
                                                 {"x-deny", "1"},
                                                 {"x-no", "1"},
                                                 {"location", "/l"},
                                                 {"www-authenticate", "B"},
                                                 {"content-length", "4"}}))
                    .toClient);
  };
  EXPECT_EQ(denied(), "x-deny=1;x-no=1;location=/l;www-authenticate=B;content-length=4;");
  options.service.clientHeaders = names({"x-deny"});
  EXPECT_EQ(denied(), "x-deny=1;location=/l;www-authenticate=B;content-length=4;");
}

TEST_F(Check, AnAllowanceSortsItsHeaders) {
  options.service.upstreamHeaders = names({"x-*"});
  options.service.upstreamHeadersToAppend = names({"y"});
  options.service.clientHeadersOnSuccess = names({"cs"});
  options.service.metadataHeaders = names({"md"});
  const Verdict v = readAnswer(options.service, map({{":status", "200"},
                                                     {"x-a", "5"},
                                                     {"y", "6"},
                                                     {"cs", "7"},
                                                     {"md", "8"},
                                                     {"z", "9"},
                                                     {"x-envoy-auth-headers-to-remove", "A, b"}}));
  EXPECT_EQ(text(v.toUpstream), "x-a=5;");
  EXPECT_EQ(text(v.appendToUpstream), "y=6;");
  EXPECT_EQ(text(v.toClient), "cs=7;");
  EXPECT_EQ(text(v.metadata), "md=8;");
  EXPECT_EQ(v.removeFromUpstream, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(v.changesRequest());
}

}  // namespace
}  // namespace orrery::filters::ext_authz
