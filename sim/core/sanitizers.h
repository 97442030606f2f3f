#pragma once

// Which sanitizer this is built with, in one spelling for both compilers.

#if defined(__SANITIZE_ADDRESS__)
#define ORRERY_SIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ORRERY_SIM_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define ORRERY_SIM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ORRERY_SIM_TSAN 1
#endif
#endif
