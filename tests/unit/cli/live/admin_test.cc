#include "cli/live/admin.h"

#include <gtest/gtest.h>

namespace orrery::live {
namespace {

TEST(AdminStats, AreNumbersByName) {
  const auto stats = parseStats("a.b: 7\nhistogram: P0(nan,1) P25(nan,1)\ntext: \"abc\"\nlast: 12");
  EXPECT_EQ(stats.size(), 2u);
  EXPECT_EQ(stats.at("a.b"), 7u);
  EXPECT_EQ(stats.at("last"), 12u);
}

TEST(AdminStats, OfNobodyAreNothing) { EXPECT_FALSE(askAdmin("127.0.0.1:1", "/stats").has_value()); }

}  // namespace
}  // namespace orrery::live
