#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "sim/report/lanes.h"
#include "sim/world/recording.h"

namespace orrery::sim {

// One line of a sequence chart.
struct ChartRow {
  enum class Kind : uint8_t {
    kArrow,      // sent, and delivered before anything else happened
    kDeparting,  // sent; it arrives in a later row
    kArriving,
    kLost,
    kLocal,  // `from` says or does something by itself
  };
  Kind kind = Kind::kLocal;
  TimePoint at;
  size_t from = 0;  // lanes
  size_t to = 0;
  std::string label;
  bool endsRequest = false;
};

// What happened until `until`, without what nobody wants to read: segments that carry something, time-outs of the proxy, requests as
// its log has them, choices that were not the default. In the order in which it happened.
std::vector<ChartRow> chartRows(const Recording& recording, const Lanes& lanes, TimePoint until);

}  // namespace orrery::sim
