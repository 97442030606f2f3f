#pragma once

#include "proxy/base/mutex.h"
#include "proxy/base/token_bucket.h"
#include "proxy/buffer/buffer.h"
#include "proxy/io/timer.h"
#include "proxy/net/worker.h"

namespace orrery::http {

// The allowance of bytes that streams of all workers may share (bandwidth_limit), or one stream's own (fault).
// Threading: any worker.
class ByteAllowance final {
 public:
  ByteAllowance(uint64_t kilobytesPerSecond, TimePoint now)
      : bytes_(kilobytesPerSecond * 1024), bucket_(bytes_, bytes_, Duration::seconds(1), now) {}
  // The first body to come begins with one slice of time's worth, not with a second's; later calls do nothing.
  void begin(Duration slice, TimePoint now) {
    const MutexLock lock(mutex_);
    if (begun_) return;
    begun_ = true;
    bucket_.reset(bytes_ * static_cast<uint64_t>(slice.inMilliseconds()) / 1000, now);
  }
  uint64_t takeUpTo(uint64_t bytes, TimePoint now) {
    const MutexLock lock(mutex_);
    return bucket_.takeUpTo(bytes, now);
  }

 private:
  Mutex mutex_;
  const uint64_t bytes_;
  TokenBucket bucket_;
  bool begun_ = false;
};

// Holds the body of one direction of a stream back so that it flows at a limited rate: what the allowance has goes at
// once, the rest waits for the next slice of time (Envoy's StreamRateLimiter).
//
// Lifetime: a member of its filter; destroy() before the stream ends. Threading: the worker's. Bounds: what it holds is
// bounded by the pauses that it asks for past `maxBuffered`. Re-entry: write() may end the stream, and so destroy this.
class StreamRateLimiter {
 public:
  class Delegate {
   public:
    virtual void pauseSource() = 0;
    virtual void resumeSource() = 0;
    virtual void writeLimited(buffer::Buffer& data, bool endStream) = 0;
    // Everything is written, trailers wait.
    virtual void releaseTrailers() = 0;
    // After every slice: how much went, and whether more waits.
    virtual void noteSlice(uint64_t bytes, bool waits) = 0;

   protected:
    ~Delegate() = default;
  };

  StreamRateLimiter(net::Worker& worker, io::TimerKind kind, Delegate& delegate, ByteAllowance& allowance,
                    Duration slice, uint64_t maxBuffered);
  // Takes all of `data`.
  void add(buffer::Buffer& data, bool endStream);
  // True: they must wait for data that is held.
  bool onTrailers();
  void destroy();

 private:
  void onTimer();
  void pause() { delegate_.pauseSource(); }
  void resume() { delegate_.resumeSource(); }

  net::Worker& worker_;
  Delegate& delegate_;
  ByteAllowance& allowance_;
  const Duration slice_;
  buffer::Buffer held_;
  io::Timer timer_;
  bool begun_ = false;
  bool ended_ = false;
  bool trailers_ = false;
  bool destroyed_ = false;
};

}  // namespace orrery::http
