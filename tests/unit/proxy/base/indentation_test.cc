#include "proxy/base/indentation.h"

#include <gtest/gtest.h>

#include <string>

namespace orrery {
namespace {

std::string tabIn(std::string_view text, int last = 0) {
  const auto tab = tabInIndentation(text, last);
  return tab ? std::to_string(tab->line) + ":" + std::to_string(tab->column) : "none";
}

TEST(Indentation, FindsTheFirstTabBeforeWhatALineSays) {
  EXPECT_EQ(tabIn("a:\n  b: c\n"), "none");
  EXPECT_EQ(tabIn("a:\n\tb: c\n\td: e\n"), "2:1");
  EXPECT_EQ(tabIn("a:\n  \tb: c"), "2:3");
  EXPECT_EQ(tabIn("\ta"), "1:1");
}

TEST(Indentation, ATabBehindTheFirstWordOrOnALineOfBlanksIndentsNothing) {
  EXPECT_EQ(tabIn("a:\tb\n \t \n\t"), "none");
  EXPECT_EQ(tabIn(""), "none");
}

TEST(Indentation, LooksNoFurtherThanTheLastLine) {
  EXPECT_EQ(tabIn("a:\nb:\n\tc\n", 2), "none");
  EXPECT_EQ(tabIn("a:\nb:\n\tc\n", 3), "3:1");
}

}  // namespace
}  // namespace orrery
