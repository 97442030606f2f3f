#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/base/schedule_point.h"

namespace orrery {

// A rare branch of the proxy that every good campaign of simulated runs should have gone through: what was never reached
// was never tested. The closed list is marks.inc; a new mark is a line there and a sometimes() at its branch.
enum class Mark : uint8_t {
#define ORRERY_MARK(id, name, what) id,
#include "proxy/base/marks.inc"
#undef ORRERY_MARK
};

struct MarkInfo {
  std::string_view name;  // "net.short_write"
  std::string_view what;  // "the kernel took a part of a write"
};

inline constexpr MarkInfo kMarkTable[] = {
#define ORRERY_MARK(id, name, what) {name, what},
#include "proxy/base/marks.inc"
#undef ORRERY_MARK
};
inline constexpr size_t kMarks = sizeof kMarkTable / sizeof kMarkTable[0];
constexpr const MarkInfo& markInfo(Mark mark) { return kMarkTable[static_cast<size_t>(mark)]; }

// Which marks were reached, by their number.
using MarkSet = std::bitset<kMarks>;

// This branch was taken. Said to the simulated world on this OS thread; in production one predicted branch.
inline void sometimes(Mark mark) {
  if (SchedulePointHook* hook = currentSchedulePointHook) [[unlikely]]
    hook->onMark(mark);
}

}  // namespace orrery
