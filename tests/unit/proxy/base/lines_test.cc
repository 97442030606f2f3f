#include "proxy/base/lines.h"

#include <gtest/gtest.h>

namespace orrery {
namespace {

TEST(Lines, TheLastMayHaveNoLineFeed) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(linesOf(""), Lines());
  EXPECT_EQ(linesOf("a"), Lines({"a"}));
  EXPECT_EQ(linesOf("a\n\nb\n"), Lines({"a", "", "b"}));
  EXPECT_EQ(joinLines(linesOf("a\n\nb")), "a\n\nb\n");
}

}  // namespace
}  // namespace orrery
