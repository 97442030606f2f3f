#pragma once

#include <string>

namespace orrery::main {

// This machine's first IPv4 address that is not loopback, as Envoy finds its local address; "127.0.0.1" if there is none.
std::string ownAddress();

}  // namespace orrery::main
