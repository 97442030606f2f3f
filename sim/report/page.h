#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::sim {

// A page that shows one run, or two beside each other, in any browser: one file, nothing is fetched. `runs` are one or two texts of
// timelineJson(); `difference`: the position of the first event that differs, marked in both.
//
// What it draws: a lane for each host and worker, an event a row in the order in which they happened, segments as arrows, sockets, requests and
// timers as bars from their begin to their end, the failing check. The rows are drawn as they come into view, so a run of 100,000 events scrolls
// as a short one does.
std::string timelinePage(const std::vector<std::string>& runs, std::optional<size_t> difference);

// The parts that never change (page_script.cc, page_style.cc).
extern const char* const kPageScript;
extern const char* const kPageStyle;

}  // namespace orrery::sim
