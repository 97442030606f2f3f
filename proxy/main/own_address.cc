#include "proxy/main/own_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include "proxy/io/address.h"

namespace orrery::main {

std::string ownAddress() {
  std::string found = "127.0.0.1";
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  for (const ifaddrs* i = list; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr || i->ifa_addr->sa_family != AF_INET) continue;
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(i->ifa_addr);
    const io::Address address = io::Address::ipv4(ntohl(v4->sin_addr.s_addr), 0);
    if (address.isLoopback()) continue;
    found = address.ipText();
    break;
  }
  ::freeifaddrs(list);
  return found;
}

}  // namespace orrery::main
