#pragma once

#include <mutex>

#include "proxy/base/schedule_point.h"

namespace orrery {

// A mutex with schedule points before lock and after unlock. In a simulated world the lock is the scheduler's: a logical
// thread that finds it taken lets the others run.
class Mutex {
 public:
  Mutex() = default;
  ~Mutex() { schedulePointGone(this); }
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() {
    if (SchedulePointHook* hook = currentSchedulePointHook) [[unlikely]] {
      hook->onSchedulePoint(SchedulePointKind::kMutexLock, this);
      hook->lockSimulated(this);
      return;
    }
    real_.lock();
  }
  void unlock() {
    if (SchedulePointHook* hook = currentSchedulePointHook) [[unlikely]] {
      hook->unlockSimulated(this);
      hook->onSchedulePoint(SchedulePointKind::kMutexUnlock, this);
      return;
    }
    real_.unlock();
  }

 private:
  std::mutex real_;
};

class MutexLock {
 public:
  explicit MutexLock(Mutex& m) : mutex_(m) { mutex_.lock(); }
  ~MutexLock() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace orrery
