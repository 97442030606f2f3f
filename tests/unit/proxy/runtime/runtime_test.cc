#include "proxy/runtime/runtime.h"

#include <gtest/gtest.h>

namespace orrery::runtime {
namespace {

Snapshot snapshotOf(std::map<std::string, std::string, std::less<>> values) {
  return Snapshot(RuntimeOptions{{{"static", false, std::move(values)}}});
}

TEST(Runtime, LaterLayersWin) {
  const Snapshot s(RuntimeOptions{{{"a", false, {{"x", "1"}, {"y", "2"}}}, {"admin", true, {{"y", "3"}}}}});
  EXPECT_EQ(s.integer("x", 0), 1u);
  EXPECT_EQ(s.integer("y", 0), 3u);
  EXPECT_EQ(s.values().size(), 2u);
}

TEST(Runtime, AbsentKeysGiveTheDefault) {
  const Snapshot s;
  EXPECT_EQ(s.integer("x", 7), 7u);
  EXPECT_TRUE(s.boolean("x", true));
  EXPECT_EQ(s.text("x"), nullptr);
}

TEST(Runtime, IntegersAreReadAsEnvoyReadsThem) {
  const Snapshot s = snapshotOf({{"a", "18446744073709551615"},
                                 {"b", " 7 "},
                                 {"c", "1.9"},
                                 {"d", "1e3"},
                                 {"e", "-1"},
                                 {"f", "0x10"},
                                 {"g", "true"},
                                 {"h", "False"},
                                 {"i", ""},
                                 {"j", "nan"},
                                 {"k", "1e20"}});
  EXPECT_EQ(s.integer("a", 5), UINT64_MAX);
  EXPECT_EQ(s.integer("b", 5), 7u);
  EXPECT_EQ(s.integer("c", 5), 1u);
  EXPECT_EQ(s.integer("d", 5), 1000u);
  EXPECT_EQ(s.integer("g", 5), 1u);
  EXPECT_EQ(s.integer("h", 5), 0u);
  for (const char* key : {"e", "f", "i", "j", "k"}) EXPECT_EQ(s.integer(key, 5), 5u) << key;
}

TEST(Runtime, OnlyTrueAndFalseAreBooleans) {
  const Snapshot s = snapshotOf({{"a", "TRUE"}, {"b", "false"}, {"c", "1"}, {"d", "yes"}});
  EXPECT_TRUE(s.boolean("a", false));
  EXPECT_FALSE(s.boolean("b", true));
  EXPECT_FALSE(s.boolean("c", false));
  EXPECT_TRUE(s.boolean("d", true));
}

}  // namespace
}  // namespace orrery::runtime
