#include "proxy/filters/http/header_mutation/query_mutation.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/route/builders.h"

namespace orrery::filters::header_mutation {
namespace {

using Kind = QueryMutation::Kind;

QueryMutation change(Kind kind, std::string key, std::string_view value) {
  return {kind, std::move(key), *format::parseFormat(value, format::Absent::kNothing)};
}
QueryMutation removal(std::string key) { return {Kind::kRemove, std::move(key), nullptr}; }

std::string changed(std::string_view path, const std::vector<QueryMutation>& mutations) {
  route::test::Request request(path, "h", {{"x-a", "1"}});
  mutateQuery(mutations, {route::test::kNoInfo, &request.headers}, request.headers);
  return std::string(request.headers.path());
}

TEST(QueryMutation, ParametersStandInOrderOfName) {
  EXPECT_EQ(changed("/p?x=1&y=2&x=3&z", {change(Kind::kAppend, "n", "%REQ(x-a)%")}), "/p?n=1&x=1&x=3&y=2&z=");
  EXPECT_EQ(changed("/p", {change(Kind::kAppend, "n", "1")}), "/p?n=1");
  EXPECT_EQ(changed("/p?z", {}), "/p?z");
}

TEST(QueryMutation, EachKindLooksAtWhatIsThere) {
  EXPECT_EQ(changed("/p?x=1", {change(Kind::kAddIfAbsent, "x", "9"), change(Kind::kAddIfAbsent, "n", "8")}),
            "/p?n=8&x=1");
  EXPECT_EQ(changed("/p?x=1&x=2", {change(Kind::kOverwriteOrAdd, "x", "9"), change(Kind::kOverwriteOrAdd, "n", "8")}),
            "/p?n=8&x=9");
  EXPECT_EQ(changed("/p?x=1", {change(Kind::kOverwriteIfExists, "x", "9"), change(Kind::kOverwriteIfExists, "n", "8")}),
            "/p?x=9");
  EXPECT_EQ(changed("/p?x=1&y=2&x=3", {removal("x")}), "/p?y=2");
  EXPECT_EQ(changed("/p?x=1", {removal("x")}), "/p");
}

TEST(QueryMutation, WhatIsNewIsEncodedAndWhatCameStaysFitForATarget) {
  EXPECT_EQ(changed("/p?a=%41%2f%20%0d%0ab", {change(Kind::kAppend, "n", "v w&~")}), "/p?a=A/%20%0D%0Ab&n=v%20w%26%7E");
}

}  // namespace
}  // namespace orrery::filters::header_mutation
