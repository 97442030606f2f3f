#include "proxy/io_asio/process.h"

#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>

namespace orrery::io_asio {

RealProcess::RealProcess() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) == 0) hostname_ = name;
  // libc has a lock of its own here, which the thread sanitizer does not see.
  static std::mutex zone;
  const std::lock_guard lock(zone);
  ::tzset();
}

std::optional<std::string> RealProcess::variable(std::string_view name) const {
  const char* const value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

ZoneOffset RealProcess::localZone(WallTime at) const {
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t nanoseconds = at.unixNanoseconds();
  // Down to the second that `at` lies in, before 1970 too.
  const time_t seconds = nanoseconds / kSecond - (nanoseconds % kSecond < 0 ? 1 : 0);
  struct tm local = {};
  if (::localtime_r(&seconds, &local) == nullptr) return {};
  return {static_cast<int32_t>(local.tm_gmtoff), local.tm_zone};
}

}  // namespace orrery::io_asio
