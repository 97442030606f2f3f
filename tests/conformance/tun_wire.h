#pragma once

#include <vector>

#include "tests/conformance/wire.h"

namespace orrery::conformance {

// Each in a network namespace of its own, with a TUN device as the wire: both ends are this machine's kernel, and each packet
// comes back with its addresses exchanged. All at the same time, each in a child process; takes the time of the longest. For a
// process with one thread.
std::vector<WireStory> playOnTun(const std::vector<std::vector<WireStep>>& stories);

}  // namespace orrery::conformance
