#include "proxy/base/escape.h"

#include <gtest/gtest.h>

namespace orrery {
namespace {

bool printable(char c) { return c >= 0x20 && c < 0x7f; }

TEST(Escape, AllBytesComeBackFromPrintableText) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const std::string text = escape(all, printable);
  for (const char c : text) EXPECT_TRUE(printable(c)) << static_cast<int>(c);
  EXPECT_EQ(unescape(text, printable), all);
}

TEST(Escape, HexDigitsOfEitherCaseAreRead) {
  EXPECT_EQ(unescape("\\xAb", printable), "\xab");
  EXPECT_EQ(escape("\xab", printable), "\\xab");
}

TEST(Escape, UnfinishedAndUnknownEscapesAreRefused) {
  for (const char* bad : {"\\", "\\q", "\\x", "\\x0", "\\xZZ", "a\nb"})
    EXPECT_EQ(unescape(bad, printable), std::nullopt) << bad;
}

}  // namespace
}  // namespace orrery
