#include "proxy/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace orrery {

void assertionFailed(const char* condition, const char* file, int line, const char* message) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s (%s)\n", file, line, condition, message);
  std::fflush(stderr);
  std::abort();
}

}  // namespace orrery
