#pragma once

#include <cstdint>

namespace orrery {

enum class Mark : uint8_t;

// Where inside a callback another logical thread may run. The closed list; see the README of sim/core.
enum class SchedulePointKind : uint8_t { kAtomic, kMutexLock, kMutexUnlock, kPost };

// What a simulator installs to take control at schedule points, and to hear of rare branches. `object` is an opaque identity, never to be ordered or
// shown.
class SchedulePointHook {
 public:
  virtual void onSchedulePoint(SchedulePointKind kind, const void* object) = 0;
  // A simulated mutex: the OS thread must not block on itself. Returns when the logical thread holds it.
  virtual void lockSimulated(const void* mutex) = 0;
  virtual void unlockSimulated(const void* mutex) = 0;
  // Another object may stand in this one's place from now on.
  virtual void objectGone(const void* object) = 0;
  // A rare branch was taken (mark.h).
  virtual void onMark(Mark mark) = 0;

 protected:
  ~SchedulePointHook() = default;
};

// The hook of the world that runs on this OS thread, or null (production). One world per OS thread. It is the one
// thread_local of the proxy: the three types that have schedule points are used without a dispatcher at hand.
extern thread_local constinit SchedulePointHook* currentSchedulePointHook;

inline void schedulePoint(SchedulePointKind kind, const void* object) {
  if (SchedulePointHook* hook = currentSchedulePointHook) [[unlikely]]
    hook->onSchedulePoint(kind, object);
}

inline void schedulePointGone(const void* object) {
  if (SchedulePointHook* hook = currentSchedulePointHook) [[unlikely]]
    hook->objectGone(object);
}

}  // namespace orrery
