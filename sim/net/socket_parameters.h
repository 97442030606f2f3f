#pragma once

#include <cstdint>

#include "proxy/base/time.h"

namespace orrery::sim {

// What an application sets on a socket, under the names of socket(7) and tcp(7); a listening socket hands it on to those that it
// accepts. Defaults are those of the reference kernel, but for TCP_NODELAY, which proxies set.
struct SocketParameters {
  bool noDelay = true;
  // SO_SNDBUF, SO_RCVBUF as set; 0: the kernel's default.
  uint32_t sendBuffer = 0;
  uint32_t receiveBuffer = 0;
  bool reuseAddress = false;  // counts for those who bind the port afterwards
  bool reusePort = false;
  bool v6Only = false;  // IPV6_V6ONLY: of a socket that is bound to ::, whether it leaves IPv4 alone
  bool keepAlive = false;
  uint32_t keepIdleSeconds = 7200;    // TCP_KEEPIDLE
  uint32_t keepIntervalSeconds = 75;  // TCP_KEEPINTVL
  uint32_t keepProbes = 9;            // TCP_KEEPCNT
  Duration userTimeout;               // TCP_USER_TIMEOUT; 0: tcp_retries2 decides
  uint32_t synRetries = 0;            // TCP_SYNCNT; 0: tcp_syn_retries
  int32_t lingerSeconds = -1;  // SO_LINGER: less than 0 off; 0 resets at close. Calls do not block, so more is as off
  int32_t linger2Seconds = 0;  // TCP_LINGER2: of FIN_WAIT2 after close; 0: tcp_fin_timeout, less than 0: none at all
};

}  // namespace orrery::sim
