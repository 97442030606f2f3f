#pragma once

#include "proxy/io/io_error.h"
#include "proxy/io/socket_options.h"

namespace orrery::io_asio {

// Sets `options` on a socket of `family`, all but the bind address. TCP options are skipped on unix sockets.
io::IoError applyOptions(int fd, int family, const io::SocketOptions& options);
// Binds a socket that is going to connect.
io::IoError bindForConnect(int fd, const io::Address& address);
int setIntOption(int fd, int level, int name, int value);

}  // namespace orrery::io_asio
