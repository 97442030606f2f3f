#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/dns/exchange.h"

namespace orrery::dns {

// What resolv.conf(5) and hosts(5) say, as far as a stub resolver uses it.
struct Config {
  Servers servers;
  bool rotate = false;                                    // each question begins with the next server
  std::vector<std::string> search;                        // domains to try for short names
  uint32_t ndots = 1;                                     // a name with so many points is tried as it is first
  std::map<std::string, std::vector<io::Address>> hosts;  // names in lower case
};

// Lines that are not understood are passed over, as the C library does. Bounds: 3 servers, 6 domains, ndots 15, timeout 30 s,
// 5 attempts. Without a server line the server is 127.0.0.1.
void readResolvConf(std::string_view text, Config& config);
void readHosts(std::string_view text, Config& config);

// Names are compared so (RFC 4343).
std::string lowerCase(std::string_view text);

}  // namespace orrery::dns
