#include "proxy/io_asio/clock.h"

#include <time.h>

namespace orrery::io_asio {

namespace {
int64_t read(clockid_t id) {
  timespec t{};
  ::clock_gettime(id, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}
}  // namespace

int64_t Clock::monotonicNanoseconds() { return read(CLOCK_MONOTONIC); }
WallTime Clock::wallNow() { return WallTime::fromUnixNanoseconds(read(CLOCK_REALTIME)); }

}  // namespace orrery::io_asio
