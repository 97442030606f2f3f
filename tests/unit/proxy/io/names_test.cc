// Tables of names: complete, and no name twice.

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "proxy/io/io_error.h"
#include "proxy/io/timer.h"

namespace orrery::io {
namespace {

TEST(TimerKind, EveryKindHasItsOwnName) {
  std::set<std::string_view> names;
  for (int k = 0; k <= static_cast<int>(TimerKind::kHarness); ++k) {
    const auto name = timerKindName(static_cast<TimerKind>(k));
    EXPECT_NE(name, "unknown") << k;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(IoError, EveryErrorHasItsOwnText) {
  std::set<std::string_view> texts;
  for (int e = 0; e <= static_cast<int>(IoError::kOther); ++e) {
    EXPECT_TRUE(texts.insert(ioErrorText(static_cast<IoError>(e))).second) << e;
  }
  EXPECT_EQ(ioErrorText(IoError::kConnectionRefused), "Connection refused");
}

}  // namespace
}  // namespace orrery::io
