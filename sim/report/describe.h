#pragma once

#include <string>

#include "sim/world/recording.h"

namespace orrery::sim {

// One event as one line that is the same in every build: "60.000000000 /client/connection.1 segment_sent
// from=127.0.0.2:40000 ... flags=PSH,ACK ...". Unlike sim/core's describe() it shows addresses, flags and sites as words,
// texts in quotes and without line breaks, and the thread that ran.
std::string eventLine(const Recording& recording, const RecordedEvent& event);

}  // namespace orrery::sim
