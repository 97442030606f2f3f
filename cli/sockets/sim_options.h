#pragma once

#include <string_view>

#include "cli/sockets/backend.h"
#include "sim/net/inet_socket.h"

namespace orrery::sockets {

// setsockopt(2) and getsockopt(2) of a simulated descriptor; the names are those of options.h.
Outcome setSimOption(sim::InetSocket& socket, std::string_view name, int64_t value);
Outcome getSimOption(sim::InetSocket& socket, std::string_view name);

// Of <errno.h>.
int errnoOf(sim::SockError error);

}  // namespace orrery::sockets
