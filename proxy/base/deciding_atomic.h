#pragma once

#include <atomic>

#include "proxy/base/schedule_point.h"

namespace orrery {

// A value shared by threads that decisions depend on (circuit breakers, limits, overload states). Every operation is a
// schedule point before it happens, sequentially consistent; in production the point is one predicted branch.
template <class T>
class DecidingAtomic {
 public:
  DecidingAtomic() = default;
  ~DecidingAtomic() { schedulePointGone(this); }
  explicit DecidingAtomic(T v) : value_(v) {}
  DecidingAtomic(const DecidingAtomic&) = delete;
  DecidingAtomic& operator=(const DecidingAtomic&) = delete;

  T load() const {
    point();
    return value_.load();
  }
  void store(T v) {
    point();
    value_.store(v);
  }
  // Both return the value before the operation.
  T fetchAdd(T n) {
    point();
    return value_.fetch_add(n);
  }
  T fetchSub(T n) {
    point();
    return value_.fetch_sub(n);
  }
  bool compareExchange(T& expected, T desired) {
    point();
    return value_.compare_exchange_strong(expected, desired);
  }
  // For reports only, never for a decision: no schedule point.
  T peek() const { return value_.load(std::memory_order_relaxed); }

 private:
  void point() const { schedulePoint(SchedulePointKind::kAtomic, this); }
  std::atomic<T> value_{};
};

}  // namespace orrery
