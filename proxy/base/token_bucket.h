#pragma once

#include <algorithm>
#include <cstdint>

#include "proxy/base/time.h"

namespace orrery {

// Tokens that come evenly with time, up to a limit: Envoy's token bucket in exact integers (a token is there to the
// nanosecond, no rounding grows). Begins full.
//
// Threading: one at a time; who shares it brings the lock. Bounds: none of its numbers overflows for intervals up to 292
// years and 2^40 tokens.
class TokenBucket {
 public:
  // `perFill` tokens come in each `interval` (> 0), spread over it.
  TokenBucket(uint64_t maxTokens, uint64_t perFill, Duration interval, TimePoint now)
      : capacity_(Credit{maxTokens} * interval.inNanoseconds()),
        perNanosecond_(perFill),
        token_(interval.inNanoseconds()),
        credit_(capacity_),
        filledAt_(now) {}

  // All or nothing.
  bool take(uint64_t tokens, TimePoint now) {
    fill(now);
    if (credit_ < Credit{tokens} * token_) return false;
    credit_ -= Credit{tokens} * token_;
    return true;
  }
  // As many as there are of those wanted.
  uint64_t takeUpTo(uint64_t tokens, TimePoint now) {
    fill(now);
    const uint64_t got = static_cast<uint64_t>(std::min<Credit>(credit_ / token_, tokens));
    credit_ -= Credit{got} * token_;
    return got;
  }
  // Puts tokens in, up to the limit.
  void give(uint64_t tokens, TimePoint now) {
    fill(now);
    credit_ = std::min(capacity_, credit_ + Credit{tokens} * token_);
  }
  // Throws away what has gathered, and leaves `tokens`.
  void reset(uint64_t tokens, TimePoint now) {
    credit_ = std::min(Credit{tokens} * token_, capacity_);
    filledAt_ = now;
  }
  uint64_t tokens(TimePoint now) {
    fill(now);
    return static_cast<uint64_t>(credit_ / token_);
  }
  uint64_t capacity() const { return static_cast<uint64_t>(capacity_ / token_); }
  // Zero: there is one.
  Duration untilNextToken(TimePoint now) {
    fill(now);
    if (credit_ >= token_) return Duration::zero();
    return Duration::nanoseconds(static_cast<int64_t>((token_ - credit_ + perNanosecond_ - 1) / perNanosecond_));
  }

 private:
  // A token is worth the interval in nanoseconds, a nanosecond brings perFill.
  using Credit = unsigned __int128;
  void fill(TimePoint now) {
    if (now <= filledAt_) return;
    const Credit elapsed = static_cast<uint64_t>((now - filledAt_).inNanoseconds());
    credit_ = std::min(capacity_, credit_ + elapsed * perNanosecond_);
    filledAt_ = now;
  }

  Credit capacity_;
  Credit perNanosecond_;
  Credit token_;
  Credit credit_;
  TimePoint filledAt_;
};

}  // namespace orrery
