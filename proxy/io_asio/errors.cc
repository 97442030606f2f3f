#include "proxy/io_asio/errors.h"

#include <cerrno>
#include <system_error>

namespace orrery::io_asio {

io::IoError ioErrorOf(int error) {
  using io::IoError;
  switch (error) {
    case 0: return IoError::kNone;
    case EAGAIN:  // equals EWOULDBLOCK on Linux
    case EINPROGRESS: return IoError::kWouldBlock;
    case ECONNRESET: return IoError::kConnectionReset;
    case ECONNABORTED: return IoError::kConnectionAborted;
    case EPIPE: return IoError::kBrokenPipe;
    case ECONNREFUSED: return IoError::kConnectionRefused;
    case ETIMEDOUT: return IoError::kTimedOut;
    case EHOSTUNREACH: return IoError::kHostUnreachable;
    case ENETUNREACH: return IoError::kNetworkUnreachable;
    case EADDRINUSE: return IoError::kAddressInUse;
    case EADDRNOTAVAIL: return IoError::kAddressNotAvailable;
    case EACCES:
    case EPERM: return IoError::kAccessDenied;
    case EMFILE:
    case ENFILE: return IoError::kTooManyFiles;
    case ENOTCONN: return IoError::kNotConnected;
    case EMSGSIZE: return IoError::kMessageTooBig;
    case EINVAL: return IoError::kInvalid;
    case ENOENT: return IoError::kNotFound;
    default: return IoError::kOther;
  }
}

std::string errorText(int error) { return std::generic_category().message(error); }

}  // namespace orrery::io_asio
