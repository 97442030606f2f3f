#pragma once

#include <cstddef>
#include <cstdint>

namespace orrery::sim {

// What a call on a simulated socket can answer, under Linux' names.
enum class SockError : uint8_t {
  kNone,
  kAgain,          // EAGAIN
  kReset,          // ECONNRESET
  kPipe,           // EPIPE
  kRefused,        // ECONNREFUSED
  kTimedOut,       // ETIMEDOUT
  kHostUnreach,    // EHOSTUNREACH
  kAddrInUse,      // EADDRINUSE
  kAddrNotAvail,   // EADDRNOTAVAIL
  kNotConnected,   // ENOTCONN
  kTooManyFiles,   // EMFILE
  kMessageTooBig,  // EMSGSIZE
  kInvalid,        // EINVAL
  kInProgress,     // EINPROGRESS
  kAlready,        // EALREADY
  kIsConnected,    // EISCONN
  kAborted,        // ECONNABORTED
  kNetUnreach,     // ENETUNREACH
  kAfNoSupport,    // EAFNOSUPPORT
};

struct SockResult {
  size_t bytes = 0;
  SockError error = SockError::kNone;
};

// Bits of poll(2), for the watcher of a socket.
enum PollBits : uint8_t { kPollIn = 1, kPollOut = 2, kPollRdHup = 4, kPollHup = 8, kPollErr = 16 };

// Who is told when a socket's readiness changes, as an edge-triggered epoll set would be: with all that is ready then.
class SocketWatcher {
 public:
  virtual void onEdge(uint8_t pollBits) = 0;

 protected:
  ~SocketWatcher() = default;
};

}  // namespace orrery::sim
