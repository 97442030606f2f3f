#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "proxy/base/time.h"
#include "sim/ledger/endpoint.h"
#include "sim/net/sock_error.h"

namespace orrery::sim {

// A system call that a program on a host makes.
struct SocketCall {
  enum class Kind : uint8_t { kRead, kWrite, kConnect, kAccept, kListen, kOpenDatagram };
  Kind kind = Kind::kRead;
  Endpoint local = {};
  Endpoint peer = {};
  size_t bytes = 0;          // asked for
  uint64_t descriptors = 0;  // that the host's programs have open
  bool makesDescriptor() const { return kind != Kind::kRead && kind != Kind::kWrite; }
};

// What it is answered. A plain value; of several the least is taken, and the first error.
struct CallVerdict {
  size_t atMost = std::numeric_limits<size_t>::max();  // bytes
  SockError error = SockError::kNone;
  // With kAgain although bytes (or room) are there: when the socket is told to be ready again. Else nobody would ask.
  Duration readyAfter;

  void add(const CallVerdict& other) {
    if (other.atMost < atMost) atMost = other.atMost;
    if (error == SockError::kNone) {
      error = other.error;
      readyAfter = other.readyAfter;
    }
  }
};

// A fault of a host's kernel as its programs see it: asked before each call that could succeed.
// Lifetime: the host's. Threading: the run's. Re-entry: must not touch sockets.
class CallRule {
 public:
  virtual ~CallRule() = default;
  virtual CallVerdict judge(const SocketCall& call, TimePoint now) = 0;
};

}  // namespace orrery::sim
