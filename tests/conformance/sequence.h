#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <iosfwd>
#include <vector>

#include "cli/sockets/operation.h"

namespace orrery::conformance {

enum class Kind : uint8_t {
  kSocket,
  kBind,
  kListen,
  kConnect,
  kAccept,
  kWrite,
  kRead,
  kPeek,
  kShutdown,
  kClose,
  kAbort,
  kSetOption,
  kGetOption,
  kFill,   // writes until the kernel takes no more
  kDrain,  // both ends read until nothing comes any more
};
inline constexpr int kKinds = 15;

// One call, before it is known which sockets exist: sockets are places 0 to 3 (a listener, a client, what is accepted, another
// one), a call on an empty place is left out. So any part of a sequence is a sequence.
struct Step {
  Kind kind = Kind::kSocket;
  uint8_t who = 0;
  uint32_t n = 0;         // bytes, or which of several
  bool together = false;  // with the next: the world does not settle in between
  bool operator==(const Step&) const = default;
};
using Sequence = std::vector<Step>;

rc::Gen<Sequence> anySequence();
// As a script, for either kernel: kFill and kDrain are a write and a read of kWhole bytes.
inline constexpr int64_t kWhole = 4 << 20;
std::vector<sockets::Operation> operationsOf(const Sequence& sequence);
std::vector<std::string> hosts();

}  // namespace orrery::conformance
