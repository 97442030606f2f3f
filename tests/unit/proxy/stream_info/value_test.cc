#include "proxy/stream_info/value.h"

#include <gtest/gtest.h>

namespace orrery::stream_info {
namespace {

Value text(std::string s) { return {std::move(s)}; }
Value object(std::initializer_list<std::pair<std::string, Value>> members) {
  Value::Object out;
  for (const auto& [name, value] : members) memberOf(out, name) = value;
  return {out};
}

TEST(Value, MembersAreFoundWhateverTheirOrder) {
  const Value v = object({{"b", text("2")}, {"a", text("1")}});
  ASSERT_NE(v.find("a"), nullptr);
  EXPECT_EQ(*v.find("a"), text("1"));
  EXPECT_EQ(v.find("c"), nullptr);
  EXPECT_EQ(text("x").find("a"), nullptr);
  EXPECT_EQ(v, object({{"a", text("1")}, {"b", text("2")}}));
}

// Measured at Envoy 1.40: set_metadata with allow_overwrite.
TEST(Value, MergingGoesIntoObjectsAndLengthensLists) {
  Value::Object into = *object({{"a", text("1")},
                                {"list", {Value::List{text("x")}}},
                                {"deep", object({{"k", text("old")}, {"kept", text("1")}})},
                                {"kind", text("text")}})
                            .object();
  merge(*object({{"a", text("2")},
                 {"list", {Value::List{text("y")}}},
                 {"deep", object({{"k", text("new")}})},
                 {"kind", {5.0}},
                 {"more", {true}}})
             .object(),
        into);
  EXPECT_EQ(Value{into}, object({{"a", text("2")},
                                 {"list", {Value::List{text("x"), text("y")}}},
                                 {"deep", object({{"k", text("new")}, {"kept", text("1")}})},
                                 {"kind", {5.0}},
                                 {"more", {true}}}));
}

}  // namespace
}  // namespace orrery::stream_info
