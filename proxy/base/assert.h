#pragma once

namespace orrery {

// Prints what was violated and where, then aborts. Never returns.
[[noreturn]] void assertionFailed(const char* condition, const char* file, int line, const char* message);

}  // namespace orrery

// What only our own bug can cause. Stays on in every build: a proxy with a broken invariant must not serve.
#define ORRERY_ASSERT(condition, message)                                 \
  do {                                                                    \
    if (!(condition)) [[unlikely]]                                        \
      ::orrery::assertionFailed(#condition, __FILE__, __LINE__, message); \
  } while (false)

// As above, for checks that were measured too dear for the hot path; on in debug, asan, tsan and fuzz builds.
#ifdef ORRERY_DEBUG_CHECKS
#define ORRERY_DCHECK(condition, message) ORRERY_ASSERT(condition, message)
#else
#define ORRERY_DCHECK(condition, message) \
  do {                                    \
  } while (false)
#endif
