#include "proxy/io/io_error.h"

namespace orrery::io {

std::string_view ioErrorText(IoError error) {
  switch (error) {
    case IoError::kNone: return "Success";
    case IoError::kWouldBlock: return "Resource temporarily unavailable";
    case IoError::kConnectionReset: return "Connection reset by peer";
    case IoError::kConnectionAborted: return "Software caused connection abort";
    case IoError::kBrokenPipe: return "Broken pipe";
    case IoError::kConnectionRefused: return "Connection refused";
    case IoError::kTimedOut: return "Connection timed out";
    case IoError::kHostUnreachable: return "No route to host";
    case IoError::kNetworkUnreachable: return "Network is unreachable";
    case IoError::kAddressInUse: return "Address already in use";
    case IoError::kAddressNotAvailable: return "Cannot assign requested address";
    case IoError::kAccessDenied: return "Permission denied";
    case IoError::kTooManyFiles: return "Too many open files";
    case IoError::kNotConnected: return "Transport endpoint is not connected";
    case IoError::kMessageTooBig: return "Message too long";
    case IoError::kInvalid: return "Invalid argument";
    case IoError::kNotFound: return "No such file or directory";
    case IoError::kOther: return "Input/output error";
  }
  return "Input/output error";
}

}  // namespace orrery::io
