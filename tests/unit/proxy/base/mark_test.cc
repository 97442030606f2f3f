#include "proxy/base/mark.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orrery {
namespace {

class Listener final : public SchedulePointHook {
 public:
  void onSchedulePoint(SchedulePointKind, const void*) override {}
  void lockSimulated(const void*) override {}
  void unlockSimulated(const void*) override {}
  void objectGone(const void*) override {}
  void onMark(Mark mark) override { marks.set(static_cast<size_t>(mark)); }
  MarkSet marks;
};

TEST(Mark, IsSaidToTheWorldOfThisThreadOnly) {
  sometimes(Mark::kShortWrite);  // nobody listens
  Listener listener;
  currentSchedulePointHook = &listener;
  sometimes(Mark::kFailedWrite);
  currentSchedulePointHook = nullptr;
  sometimes(Mark::kBlockedWrite);
  EXPECT_EQ(listener.marks.count(), 1u);
  EXPECT_TRUE(listener.marks[static_cast<size_t>(Mark::kFailedWrite)]);
}

TEST(Mark, NamesAreUniqueAndHaveAFolderBeforeTheDot) {
  std::vector<std::string_view> seen;
  for (const MarkInfo& mark : kMarkTable) {
    for (const std::string_view other : seen) EXPECT_NE(mark.name, other);
    seen.push_back(mark.name);
    EXPECT_NE(mark.name.find('.'), std::string_view::npos) << mark.name;
    EXPECT_FALSE(mark.what.empty()) << mark.name;
  }
  EXPECT_EQ(markInfo(Mark::kShortWrite).name, "net.short_write");
}

}  // namespace
}  // namespace orrery
