#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/lanes.h"
#include "sim/world/recording.h"

namespace orrery::sim {

// What kind of thing an event is; the numbers are those of page_script.cc.
enum class TimelineGroup : uint8_t { kSegment, kHttp, kTimer, kChoice, kSocket, kThread, kFile, kStep };
std::string_view timelineGroupName(TimelineGroup group);

// A recorded run as pictures show it: what each event is and where it happened, which two belong together, what lasted from one to
// another. Events are named by their positions in the recording. A plain value; the recording is not needed any more.
struct TimelineModel {
  struct Row {
    TimelineGroup group = TimelineGroup::kThread;
    bool detail = true;          // shown on request only
    std::optional<size_t> lane;  // sim/report/lanes.h
    std::string label;
  };
  // What was sent at one event and arrived, or was lost, at another.
  struct Pair {
    size_t sent;
    size_t arrived;
    bool lost;
  };
  // A state of a socket, a timer from its arming, a request. Spans of one track do not overlap.
  struct Span {
    size_t from;
    size_t to;  // the number of events: it lasts until the end
    size_t lane;
    TimelineGroup group;
    size_t track;  // which socket, timer or request, numbered from 0
    std::string label;
  };

  std::vector<std::string> lanes;
  std::vector<Row> rows;  // one for each event
  std::vector<Pair> pairs;
  std::vector<Span> spans;
  std::vector<std::string> tracks;  // their names
};

// Cost: one pass over the events.
TimelineModel timelineModel(const Recording& recording);

}  // namespace orrery::sim
