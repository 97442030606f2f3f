#include "proxy/http/stream_rate_limiter.h"

#include <algorithm>

namespace orrery::http {

using Callback = orrery::Delegate<void()>;

StreamRateLimiter::StreamRateLimiter(net::Worker& worker, io::TimerKind kind, Delegate& delegate,
                                     ByteAllowance& allowance, Duration slice, uint64_t maxBuffered)
    : worker_(worker),
      delegate_(delegate),
      allowance_(allowance),
      slice_(slice),
      held_(worker.blocks),
      timer_(worker.dispatcher, kind, Callback::to<&StreamRateLimiter::onTimer>(this)) {
  held_.setWatermarks(maxBuffered, Callback::to<&StreamRateLimiter::pause>(this),
                      Callback::to<&StreamRateLimiter::resume>(this));
}

void StreamRateLimiter::add(buffer::Buffer& data, bool endStream) {
  held_.move(data);
  ended_ = endStream;
  if (!timer_.armed()) timer_.arm(Duration::zero());
}

bool StreamRateLimiter::onTrailers() {
  ended_ = trailers_ = true;
  return !held_.empty() || timer_.armed();
}

void StreamRateLimiter::destroy() {
  destroyed_ = true;
  timer_.disarm();
  held_.setWatermarks(0, {}, {});
  held_.clear();
}

void StreamRateLimiter::onTimer() {
  const TimePoint now = worker_.dispatcher.now();
  if (!begun_) {
    begun_ = true;
    allowance_.begin(slice_, now);
  }
  const uint64_t bytes = allowance_.takeUpTo(held_.size(), now);
  buffer::Buffer out(worker_.blocks);
  out.move(held_, bytes);
  if (destroyed_) return;
  delegate_.noteSlice(bytes, !held_.empty());
  if (!held_.empty()) timer_.arm(slice_);
  const bool all = held_.empty();
  if (bytes > 0 || ended_) delegate_.writeLimited(out, ended_ && all && !trailers_);
  if (!destroyed_ && all && trailers_) delegate_.releaseTrailers();
}

}  // namespace orrery::http
