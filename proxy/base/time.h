#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace orrery {

// A span of time in whole nanoseconds, signed. Strong type so that units cannot be mixed up.
// Bounds: +-292 years; overflow is the caller's bug (configuration limits durations to 100 years).
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration nanoseconds(int64_t n) { return Duration(n); }
  static constexpr Duration microseconds(int64_t n) { return Duration(n * 1'000); }
  static constexpr Duration milliseconds(int64_t n) { return Duration(n * 1'000'000); }
  static constexpr Duration seconds(int64_t n) { return Duration(n * 1'000'000'000); }
  static constexpr Duration max() { return Duration(std::numeric_limits<int64_t>::max()); }
  static constexpr Duration zero() { return Duration(0); }

  constexpr int64_t inNanoseconds() const { return ns_; }
  constexpr int64_t inMicroseconds() const { return ns_ / 1'000; }
  constexpr int64_t inMilliseconds() const { return ns_ / 1'000'000; }
  constexpr int64_t inSeconds() const { return ns_ / 1'000'000'000; }
  constexpr bool isZero() const { return ns_ == 0; }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration o) const { return Duration(ns_ + o.ns_); }
  constexpr Duration operator-(Duration o) const { return Duration(ns_ - o.ns_); }
  constexpr Duration operator*(int64_t k) const { return Duration(ns_ * k); }
  constexpr Duration operator/(int64_t k) const { return Duration(ns_ / k); }

 private:
  constexpr explicit Duration(int64_t ns) : ns_(ns) {}
  int64_t ns_ = 0;
};

// An instant of the monotonic clock of one environment, in nanoseconds since that environment's epoch. Only
// differences mean anything; instants of two environments must not be compared.
class TimePoint {
 public:
  constexpr TimePoint() = default;
  static constexpr TimePoint fromNanoseconds(int64_t n) { return TimePoint(n); }
  static constexpr TimePoint max() { return TimePoint(std::numeric_limits<int64_t>::max()); }
  constexpr int64_t inNanoseconds() const { return ns_; }

  constexpr auto operator<=>(const TimePoint&) const = default;
  // Saturates at max(): "never" plus anything stays "never".
  constexpr TimePoint operator+(Duration d) const {
    if (d.inNanoseconds() > 0 && ns_ > std::numeric_limits<int64_t>::max() - d.inNanoseconds()) return max();
    return TimePoint(ns_ + d.inNanoseconds());
  }
  constexpr TimePoint operator-(Duration d) const { return TimePoint(ns_ - d.inNanoseconds()); }
  constexpr Duration operator-(TimePoint o) const { return Duration::nanoseconds(ns_ - o.ns_); }

 private:
  constexpr explicit TimePoint(int64_t ns) : ns_(ns) {}
  int64_t ns_ = 0;
};

// Calendar time: nanoseconds since 1970-01-01T00:00:00Z. For logs, certificates and cache ages only, never for timers.
class WallTime {
 public:
  constexpr WallTime() = default;
  static constexpr WallTime fromUnixNanoseconds(int64_t n) { return WallTime(n); }
  constexpr int64_t unixNanoseconds() const { return ns_; }
  constexpr int64_t unixSeconds() const { return ns_ / 1'000'000'000; }
  constexpr auto operator<=>(const WallTime&) const = default;
  constexpr WallTime operator+(Duration d) const { return WallTime(ns_ + d.inNanoseconds()); }
  constexpr Duration operator-(WallTime o) const { return Duration::nanoseconds(ns_ - o.ns_); }

 private:
  constexpr explicit WallTime(int64_t ns) : ns_(ns) {}
  int64_t ns_ = 0;
};

}  // namespace orrery
