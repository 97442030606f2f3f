#pragma once

#include <memory>

#include "proxy/io/address.h"
#include "proxy/io/io_error.h"
#include "proxy/io/stream.h"

namespace orrery::io {

// A bound and listening socket. Opened by the main thread, shared by reference, adopted by a worker's Listener; it lives
// until its last owner lets go, so that destroying a Listener never resets connections that wait in the accept queue.
class ListenSocket {
 public:
  virtual ~ListenSocket() = default;
  virtual const Address& localAddress() const = 0;
};

class ListenerCallbacks {
 public:
  // The stream has no callbacks and no interest yet. The listener may be destroyed inside.
  virtual void onAccept(std::unique_ptr<Stream> stream) = 0;
  // accept() failed for another reason than "nothing there" (descriptors exhausted); accepting goes on.
  virtual void onAcceptError(IoError error) = 0;

 protected:
  ~ListenerCallbacks() = default;
};

// Accepts from a ListenSocket on one dispatcher: everything that is pending, per readiness event, as Envoy does.
// Lifetime: destruction stops accepting; the socket stays open. Threading: its dispatcher.
class Listener : public Readiness {
 protected:
  explicit Listener(Dispatcher& dispatcher) : Readiness(dispatcher) {}
};

}  // namespace orrery::io
