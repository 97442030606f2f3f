#pragma once

#include <vector>

#include "tests/conformance/wire.h"

namespace orrery::conformance {

// In a network namespace of its own, with a TUN device as the wire: both ends are this machine's kernel, and each packet comes
// back with its addresses exchanged. Takes the real time. A child process, so any thread may call it.
WireStory playOnTun(const std::vector<WireStep>& steps);

}  // namespace orrery::conformance
