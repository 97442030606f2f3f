#include "cli/sockets/options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace orrery::sockets {

namespace {
// Buffers no larger than net.core.[rw]mem_max may be on small machines, or the kernel would take less than was asked for.
constexpr int64_t kLargestBuffer = 212'992;
constexpr std::array kOptions = {
    Option{"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, 0, kLargestBuffer, false},
    Option{"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, 0, kLargestBuffer, false},
    Option{"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 0, 1, false},
    Option{"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, 0, 1, false},
    Option{"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, 0, 1, false},
    Option{"SO_LINGER", SOL_SOCKET, SO_LINGER, -1, 0, false},
    Option{"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 0, 1, false},
    Option{"SO_ERROR", SOL_SOCKET, SO_ERROR, 0, 0, true},
    Option{"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, 0, 0, true},
    Option{"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 0, 1, false},
    Option{"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 1, 32767, false},
    Option{"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, 1, 32767, false},
    Option{"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 1, 127, false},
    Option{"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, 0, 2'000'000'000, false},
    Option{"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, 1, 127, false},
    Option{"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2, -1, 60, false},
    Option{"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, 0, 32767, false},
};
}  // namespace

const Option* findOption(std::string_view name) {
  const auto at = std::find_if(kOptions.begin(), kOptions.end(), [name](const Option& o) { return o.name == name; });
  return at == kOptions.end() ? nullptr : &*at;
}

std::string optionNames() {
  std::string out;
  for (const Option& o : kOptions) out += (out.empty() ? "" : ", ") + std::string(o.name);
  return out;
}

namespace {
constexpr int64_t kFirstPeriod = 1;      // TCP_TIMEOUT_INIT
constexpr int64_t kLongestPeriod = 120;  // TCP_RTO_MAX
}  // namespace

uint32_t periodsOfSeconds(int64_t seconds) {
  uint32_t n = 0;
  if (seconds > 0) {
    n = 1;
    for (int64_t step = kFirstPeriod, sum = step; seconds > sum && n < 255; ++n) {
      step = std::min(step * 2, kLongestPeriod);
      sum += step;
    }
  }
  return n;
}

int64_t secondsOfPeriods(uint32_t periods) {
  int64_t sum = 0;
  for (int64_t step = kFirstPeriod; periods > 0; --periods) {
    sum += step;
    step = std::min(step * 2, kLongestPeriod);
  }
  return sum;
}

}  // namespace orrery::sockets
