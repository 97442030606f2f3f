#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "replay/format/run_file.h"
#include "sim/world/run_result.h"

namespace orrery::cli {

// The first event in which two recordings of one run differ, with what stands around it in both:
//
//   first difference: event 129
//     --- alone
//          128 0.000010000 /client ...
//     >    129 0.000020000 /proxy/w0 ...
//     --- after other worlds
//     ...
//
// Empty if they do not differ. Below each side stands what is given for it.
std::string firstDifferenceText(const sim::Recording& a, const std::string& nameOfA, const sim::Recording& b,
                                const std::string& nameOfB, const std::string& belowA = "",
                                const std::string& belowB = "");

// The same where one side is known by its trail only (RunFile::trail). Empty if the trail does not tell: they agree as far
// as it goes and it goes no further, or it is empty.
std::string firstDifferenceText(const std::vector<uint16_t>& trail, const sim::Recording& recording);
// That event (RecordedEvent::index), or 0.
uint64_t firstDifferenceIndex(const std::vector<uint16_t>& trail, const sim::Recording& recording);

// The stretch in which two lists of checkpoints part: events first..last (from 1).
struct Stretch {
  uint64_t first = 0;
  uint64_t last = 0;
};
Stretch partingStretch(const std::vector<uint64_t>& a, uint64_t eventsOfA, const std::vector<uint64_t>& b,
                       uint64_t eventsOfB);

// The events of a stretch, for when only one side was recorded.
std::string stretchText(const sim::Recording& recording, Stretch stretch);

}  // namespace orrery::cli
