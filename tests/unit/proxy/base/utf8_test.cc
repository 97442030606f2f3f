#include "proxy/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace orrery {
namespace {

TEST(Utf8, SequencesOfEachLength) {
  const std::string text = "a\u00e9\u20ac\U0001f600";
  EXPECT_EQ(utf8Sequence(text, 0), 1u);
  EXPECT_EQ(utf8Sequence(text, 1), 2u);
  EXPECT_EQ(utf8Sequence(text, 3), 3u);
  EXPECT_EQ(utf8Sequence(text, 6), 4u);
  EXPECT_EQ(utf8Sequence(text, 2), 0u) << "inside of one";
  EXPECT_TRUE(isUtf8(text));
  EXPECT_TRUE(isUtf8(""));
}

TEST(Utf8, NoOverlongForms_NoSurrogates_NothingPastTheEnd) {
  for (const char* bad :
       {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2(\xac"}) {
    EXPECT_EQ(utf8Sequence(bad, 0), 0u) << bad;
    EXPECT_FALSE(isUtf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace orrery
