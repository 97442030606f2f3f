#include "proxy/http/grpc_reply.h"

namespace orrery::http {

std::string_view grpcMessage(std::string_view text, Arena& arena) {
  char* const out = arena.room(text.size() * 3);
  char* at = out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '%') {
      *at++ = c;
    } else {
      *at++ = '%';
      *at++ = "0123456789ABCDEF"[byte >> 4];
      *at++ = "0123456789ABCDEF"[byte & 15];
    }
  }
  return {out, static_cast<size_t>(at - out)};
}

}  // namespace orrery::http
