#pragma once

#include "sim/core/sanitizers.h"

#ifdef ORRERY_SIM_TSAN
#include <sanitizer/tsan_interface.h>
extern "C" {
extern char __libc_single_threaded;  // glibc's
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace orrery::sim {

// What ThreadSanitizer must be told so that it reports the races of the *simulated* program. All of it is empty elsewhere.
//
// Logical threads are announced as fibers that do not synchronise (Context). The simulator's own data is shared by them on
// purpose and by one OS thread only: code that touches it runs inside a SimulatorCode scope, which TSan does not look at.
// What synchronises in production is said here: posts, thread start and end, mutexes.
class SimulatorCode {
 public:
#ifdef ORRERY_SIM_TSAN
  SimulatorCode() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~SimulatorCode() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  SimulatorCode() {}  // not defaulted: a scope is no unused variable
#endif
  SimulatorCode(const SimulatorCode&) = delete;
  SimulatorCode& operator=(const SimulatorCode&) = delete;
};

// The C++ library counts references without atomics while a process has one OS thread, which the simulated threads are: then
// every shared_ptr that they share would look like a race. After this it counts as it does in production.
inline void announceThreads() {
#ifdef ORRERY_SIM_TSAN
  if (__libc_single_threaded != 0) __libc_single_threaded = 0;  // a second OS thread has seen to it already
#endif
}

// What was done before releasing `object` happens before what comes after acquiring it.
inline void announceRelease([[maybe_unused]] const void* object) {
#ifdef ORRERY_SIM_TSAN
  __tsan_release(const_cast<void*>(object));
#endif
}
inline void announceAcquire([[maybe_unused]] const void* object) {
#ifdef ORRERY_SIM_TSAN
  __tsan_acquire(const_cast<void*>(object));
#endif
}

}  // namespace orrery::sim
