#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orrery::io {

// The operating system's errors that some caller reacts to or shows. Everything else is kOther.
enum class IoError : uint8_t {
  kNone,
  kWouldBlock,           // EAGAIN, EINPROGRESS
  kConnectionReset,      // ECONNRESET
  kConnectionAborted,    // ECONNABORTED
  kBrokenPipe,           // EPIPE
  kConnectionRefused,    // ECONNREFUSED
  kTimedOut,             // ETIMEDOUT
  kHostUnreachable,      // EHOSTUNREACH
  kNetworkUnreachable,   // ENETUNREACH
  kAddressInUse,         // EADDRINUSE
  kAddressNotAvailable,  // EADDRNOTAVAIL
  kAccessDenied,         // EACCES, EPERM
  kTooManyFiles,         // EMFILE, ENFILE
  kNotConnected,         // ENOTCONN
  kMessageTooBig,        // EMSGSIZE
  kInvalid,              // EINVAL
  kNotFound,             // ENOENT
  kOther,
};

// strerror's words ("Connection refused"), the same everywhere: they appear in response bodies and logs.
std::string_view ioErrorText(IoError error);

// What one read or write did. bytes == 0 with kNone: a read met the end of the stream.
struct IoResult {
  size_t bytes = 0;
  IoError error = IoError::kNone;
  bool ok() const { return error == IoError::kNone; }
  bool wouldBlock() const { return error == IoError::kWouldBlock; }
};

}  // namespace orrery::io
