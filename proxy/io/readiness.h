#pragma once

#include <cstdint>

#include "proxy/base/intrusive_list.h"

namespace orrery::io {

class Dispatcher;

// Bits of readiness, as epoll has them.
enum ReadyBits : uint8_t {
  kReadable = 1,    // bytes, an accepted connection, or the end of the stream can be read
  kWritable = 2,    // room in the send buffer, or a connect() has ended (see Stream::takeError)
  kPeerClosed = 4,  // the peer's FIN has arrived (EPOLLRDHUP): seen even while bytes before it are unread
  // An error is pending (EPOLLERR): a call or takeError() tells which, once. A connection that is merely shut in both
  // directions (EPOLLHUP alone) is no error: it is readable, writable and peer-closed.
  kError = 8,
};

// Something of a dispatcher that becomes ready: base of streams, listeners and datagram sockets. It turns the back end's
// edges into the level-like contract of the seam, the same for every back end:
//
// - bits are sticky: set by noteEdge(), cleared only by clear() (the back end does so when a call would block);
// - while a bit is set and of interest, deliver() is called once per iteration; setting an interest whose bit is already
//   set injects it into the *next* iteration, that is after another poll of the kernel;
// - kError is of interest whenever any interest is set.
//
// Lifetime: destroying it cancels, also from inside its own callback. Threading: its dispatcher's.
class Readiness : public ListHook<Readiness> {
 public:
  virtual ~Readiness() = default;
  void setInterest(uint8_t mask);
  uint8_t interest() const { return interest_; }
  uint8_t readyBits() const { return bits_; }

 protected:
  explicit Readiness(Dispatcher& dispatcher) : dispatcher_(&dispatcher) {}

  // Back end: the kernel reports `bits`. Queues a delivery if one is of interest.
  void noteEdge(uint8_t bits);
  // Back end: a call would have blocked.
  void clear(uint8_t bits) { bits_ = static_cast<uint8_t>(bits_ & ~bits); }
  // Hands the bits to the user's callback. The object may be gone when it returns.
  virtual void deliver(uint8_t bits) = 0;

  Dispatcher* dispatcher_;
  // Names this source in a simulated world (who it is by cause); 0 elsewhere. Opaque to the proxy.
  uint64_t entity_ = 0;

 private:
  friend class Dispatcher;
  uint8_t due() const {
    if (interest_ == 0) return 0;
    return static_cast<uint8_t>(bits_ & (interest_ | kError));
  }
  uint8_t bits_ = 0;
  uint8_t interest_ = 0;
  bool held_ = false;  // a simulated scheduler let others overtake it in this iteration
};

}  // namespace orrery::io
