#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "proxy/base/time.h"
#include "proxy/io/address.h"
#include "proxy/io/io_error.h"
#include "proxy/io/readiness.h"

namespace orrery::io {

struct MutableSlice {
  char* data = nullptr;
  size_t size = 0;
};
struct ConstSlice {
  const char* data = nullptr;
  size_t size = 0;
};

class StreamCallbacks {
 public:
  // `bits` is a set of ReadyBits; look at closed and error first, then writable, then readable. The callee may do
  // anything, including destroying the stream.
  virtual void onStreamReady(uint8_t bits) = 0;

 protected:
  ~StreamCallbacks() = default;
};

// What the kernel knows of a connection; unknown members are unset.
struct StreamInfo {
  Duration smoothedRtt;
  const char* state = "";  // TCP state name as in RFC 9293 ("ESTABLISHED")
};

// A stream without a dispatcher, on its way from one to another.
class StreamHandle {
 public:
  virtual ~StreamHandle() = default;
};

// A byte stream as the kernel gives it. Bytes stay in the kernel's buffer until read: that is where a reset on close
// with unread bytes, a response eaten by a reset and a reuse race live.
//
// Lifetime: the owner's; destruction closes like close(). No callback is made before setCallbacks() or setInterest()
// return, nor after destruction. Threading: the dispatcher it was made by (or adopted by).
// Errors: IoResult; a failed connect() is reported by takeError() once writable or error is delivered.
// Bounds: one read or write moves at most what the slices hold; both may be short.
class Stream : public Readiness {
 public:
  // The callbacks outlive the stream or are replaced (null: nobody listens).
  void setCallbacks(StreamCallbacks* callbacks) { callbacks_ = callbacks; }

  virtual IoResult read(std::span<const MutableSlice> into) = 0;
  // Like read, but the bytes stay. One slice.
  virtual IoResult peek(MutableSlice into) = 0;
  virtual IoResult write(std::span<const ConstSlice> from) = 0;

  // Sends FIN after what was written; reading goes on.
  virtual void shutdownWrite() = 0;
  // Closes as close(2) does: FIN after what was written, or RST if bytes received lie unread. Nothing may be called
  // afterwards but the destructor.
  virtual void close() = 0;
  // Closes with RST, dropping what was not sent (SO_LINGER 0).
  virtual void abort() = 0;

  // SO_ERROR: the pending error, reported once.
  virtual IoError takeError() = 0;
  virtual const Address& localAddress() const = 0;
  virtual const Address& peerAddress() const = 0;
  // Where the client wanted to go before a redirect by the kernel (SO_ORIGINAL_DST); the local address otherwise.
  virtual Address originalDestination() const = 0;
  virtual StreamInfo info() const = 0;

  // Detaches the stream from its dispatcher; callbacks must be null. This object is then only good for destruction.
  virtual std::unique_ptr<StreamHandle> release() = 0;

 protected:
  explicit Stream(Dispatcher& dispatcher) : Readiness(dispatcher) {}
  void deliver(uint8_t bits) final {
    if (callbacks_ != nullptr) callbacks_->onStreamReady(bits);
  }

 private:
  StreamCallbacks* callbacks_ = nullptr;
};

}  // namespace orrery::io
