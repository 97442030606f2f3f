#pragma once

#include <cstddef>
#include <string>

#include "sim/report/page.h"
#include "sim/report/timeline.h"

namespace orrery::cli {

// The page of one run, and that of two beside each other (`difference`: position of the first event that differs; below 0: none does).
inline std::string timelinePage(const sim::RunResult& result, const sim::TimelineText& text) {
  return sim::timelinePage({timelineJson(result, text)}, std::nullopt);
}
inline std::string timelinePage(const sim::RunResult& a, const sim::TimelineText& ofA, const sim::RunResult& b,
                                const sim::TimelineText& ofB, ptrdiff_t difference) {
  std::optional<std::pair<size_t, size_t>> mark;
  if (difference >= 0) mark.emplace(static_cast<size_t>(difference), static_cast<size_t>(difference));
  return sim::timelinePage({timelineJson(a, ofA), timelineJson(b, ofB)}, mark);
}

}  // namespace orrery::cli
