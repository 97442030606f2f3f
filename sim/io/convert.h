#pragma once

#include <optional>

#include "proxy/io/address.h"
#include "proxy/io/io_error.h"
#include "proxy/io/socket_options.h"
#include "sim/ledger/endpoint.h"
#include "sim/net/listening_socket.h"
#include "sim/net/sock_error.h"
#include "sim/net/socket.h"

namespace orrery::sim {

// Between the seam's values and the simulated kernel's.

io::IoError ioErrorOf(SockError error);
// The same mapping as io_asio's of epoll events.
uint8_t readyBitsOf(uint8_t pollBits);

io::Address addressOf(Endpoint endpoint);
// As an IPv6 socket shows it: an IPv4 address is mapped (::ffff:127.0.0.1).
io::Address ipv6AddressOf(Endpoint endpoint);
// The address that IPv6 maps, for those; nullopt for what sim/ledger/ip_address.h has no number for, and for paths.
std::optional<Endpoint> endpointOf(const io::Address& address);

SocketParameters parametersOf(const io::SocketOptions& options);
ListenParameters parametersOf(const io::ListenOptions& options);

}  // namespace orrery::sim
