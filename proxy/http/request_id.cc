#include "proxy/http/request_id.h"

namespace orrery::http {

std::string_view RequestIdMaker::make(Arena& arena) {
  if (used_ == kBatch) {
    entropy_.fill(bytes_);
    used_ = 0;
  }
  uint8_t* const b = bytes_.data() + 16 * used_++;
  b[6] = static_cast<uint8_t>((b[6] & 0x0f) | 0x40);  // version 4
  b[8] = static_cast<uint8_t>((b[8] & 0x3f) | 0x80);  // variant of RFC 9562
  static constexpr char kHex[] = "0123456789abcdef";
  char* const text = arena.room(36);
  char* at = text;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = kHex[b[i] >> 4];
    *at++ = kHex[b[i] & 15];
  }
  return {text, 36};
}

}  // namespace orrery::http
