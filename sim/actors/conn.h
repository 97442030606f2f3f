#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/time.h"
#include "proxy/io/dispatcher.h"
#include "proxy/io/stream.h"
#include "proxy/io/timer.h"

namespace orrery::sim {

// One end of a connection as actors use it: bytes queued are written as the kernel takes them, bytes are read as told.
//
// When the peer has ended its side and everything was read, this side is closed too, as servers and clients do, unless it
// is to stay open.
//
// Lifetime: the owner's, not destroyed inside its own callbacks; it may connect or adopt again once it is not open.
// Threading: its dispatcher's. Re-entry: callbacks may call anything but the destructor.
// Bounds: what is queued to be written is the scenario's affair; a read takes at most 64 KiB.
class Conn final : private io::StreamCallbacks {
 public:
  class Delegate {
   public:
    virtual void onConnected() {}
    virtual void onData(std::string_view data) = 0;
    // More of what was queued has gone to the kernel: written() has changed.
    virtual void onWritten() {}
    // FIN and everything before it was read.
    virtual void onEnd() = 0;
    // RST, refused, timed out.
    virtual void onBroken(io::IoError error) = 0;

   protected:
    ~Delegate() = default;
  };

  Conn(io::Dispatcher& dispatcher, Delegate& delegate) : dispatcher_(dispatcher), delegate_(delegate) {}
  ~Conn() = default;

  // False: it failed at once, error() says how.
  bool connect(const io::Address& to, const io::SocketOptions& options);
  void adopt(std::unique_ptr<io::Stream> stream);

  // Appends and writes what fits.
  void write(std::string_view bytes);
  uint64_t queued() const { return queued_; }
  uint64_t written() const { return written_; }

  enum class Reading : uint8_t { kOff, kOn, kPaced };
  // Off: bytes stay in the kernel, and nothing of the peer is noticed, as by a process that is busy elsewhere.
  void setReading(Reading reading);
  void readPaced(uint64_t bytes, Duration every);
  Reading reading() const { return reading_; }

  void close();
  void reset();
  // As if the kernel had lost it: it is reset, and found broken.
  void breakOff();
  void halfClose();  // after what is queued
  // The peer's FIN ends only what it says: this side may go on until it is closed.
  void stayOpen() { staysOpen_ = true; }

  bool connecting() const { return connecting_; }
  // May be written to: established, and neither side has ended it.
  bool usable() const {
    return stream_ != nullptr && !connecting_ && (!peerEnded_ || staysOpen_) && !closing_ && !halfClosed_;
  }
  bool open() const { return stream_ != nullptr; }
  // The peer's FIN or RST has been noticed, or connecting failed.
  bool peerEnded() const { return peerEnded_; }
  bool broken() const { return error_ != io::IoError::kNone; }
  io::IoError error() const { return error_; }
  bool everConnected() const { return everConnected_; }
  TimePoint peerEndedAt() const { return peerEndedAt_; }
  const io::Address& localAddress() const { return local_; }
  const io::Address& peerAddress() const { return peer_; }

 private:
  void onStreamReady(uint8_t bits) override;
  void begin();
  void connected();
  void readSome();
  void flush();
  void interest();
  void fail(io::IoError error);
  void noteEnd();
  void onPace();

  io::Dispatcher& dispatcher_;
  Delegate& delegate_;
  std::unique_ptr<io::Stream> stream_;
  io::Address local_;
  io::Address peer_;
  std::string out_;
  size_t outAt_ = 0;
  uint64_t queued_ = 0;
  uint64_t written_ = 0;
  io::IoError error_ = io::IoError::kNone;
  TimePoint peerEndedAt_ = TimePoint::max();
  Reading reading_ = Reading::kOn;
  uint64_t paceBytes_ = 0;
  Duration paceEvery_;
  uint64_t allowance_ = 0;
  std::unique_ptr<io::Timer> pace_;
  bool connecting_ = false;
  bool everConnected_ = false;
  bool peerEnded_ = false;
  bool closing_ = false;  // close() waits for what is queued
  bool halfClosed_ = false;
  bool staysOpen_ = false;
  uint64_t use_ = 0;  // counts streams
};

}  // namespace orrery::sim
