#include <gtest/gtest.h>

#include "proxy/filters/http/rbac/rule_match.h"
#include "tests/unit/proxy/cel/trees.h"

namespace orrery::filters::rbac {
namespace {

using namespace cel::trees;

// Whether rules of one policy for everybody, under `condition`, let a request of `path` pass.
bool passes(Rules::Action action, cel::Expression condition, const char* path = "/a") {
  ArenaPool pool;
  Arena arena(pool);
  message::HeaderMap headers(arena);
  headers.add(message::HeaderId::kPath, path);
  stream_info::StreamInfo info;
  Rules rules{.action = action, .policies = {}};
  rules.policies["p"] = {.permissions = {Rule{}},
                         .principals = {Rule{}},
                         .condition = std::make_shared<const cel::Expression>(std::move(condition))};
  return judge(rules, {headers, info}, false).allowed;
}

cel::Expression asksForPath(const char* path) { return call("_==_", {field(name("request"), "path"), text(path)}); }

TEST(RbacCondition, MustHoldBesideTheRules) {
  EXPECT_TRUE(passes(Rules::Action::kAllow, asksForPath("/a")));
  EXPECT_FALSE(passes(Rules::Action::kAllow, asksForPath("/b")));
  EXPECT_FALSE(passes(Rules::Action::kDeny, asksForPath("/a")));
  EXPECT_TRUE(passes(Rules::Action::kDeny, asksForPath("/b")));
}

// Whatever the action: who denies by a condition on a field that clients need not send lets them pass.
TEST(RbacCondition, ErrorDoesNotMatch) {
  const auto absent = [] { return call("_!=_", {field(name("request"), "referer"), text("a")}); };
  EXPECT_FALSE(passes(Rules::Action::kAllow, absent()));
  EXPECT_TRUE(passes(Rules::Action::kDeny, absent()));
  EXPECT_TRUE(passes(Rules::Action::kDeny, call("!_", {absent()})));
}

TEST(RbacCondition, AnotherValueThanATruthDoesNotMatch) {
  EXPECT_FALSE(passes(Rules::Action::kAllow, whole(1)));
  EXPECT_TRUE(passes(Rules::Action::kDeny, text("true")));
}

}  // namespace
}  // namespace orrery::filters::rbac
