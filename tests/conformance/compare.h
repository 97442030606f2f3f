#pragma once

#include <optional>
#include <string>

#include "tests/conformance/play.h"

namespace orrery::conformance {

// The first difference that counts, with the line of the script that shows it; nothing: they agree.
//
// Exact: result, errno, bytes, readiness, state. Modulo: FIN_WAIT1 and FIN_WAIT2, LAST_ACK and CLOSE, which a delayed ACK tells
// apart. Range: how much a kernel takes once more is under way than a quarter of the smaller buffer; a full buffer within
// 25 %. Not compared: chosen ports, times.
std::optional<std::string> difference(const Transcript& simulated, const Transcript& real);

// "read(d, 10) = 4 text [l: in; c: out ESTABLISHED]", for people.
std::string describe(const Seen& seen);

}  // namespace orrery::conformance
