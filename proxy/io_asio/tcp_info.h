#pragma once

#include "proxy/io/stream.h"

namespace orrery::io_asio {

// TCP_INFO of a socket; empty for one that is not TCP.
io::StreamInfo tcpInfo(int fd);

}  // namespace orrery::io_asio
