#include "proxy/http/request_id.h"

#include <algorithm>

namespace orrery::http {

void writeUuid(std::span<uint8_t, 16> bytes, char* to) {
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);  // variant of RFC 9562
  static constexpr char kHex[] = "0123456789abcdef";
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    *to++ = kHex[bytes[i] >> 4];
    *to++ = kHex[bytes[i] & 15];
  }
}

std::string_view RequestIdMaker::make(Arena& arena) {
  if (used_ == batch_) {
    batch_ = std::min(std::max<size_t>(2 * batch_, 1), kLargestBatch);
    entropy_.fill(std::span(bytes_).first(16 * batch_));
    used_ = 0;
  }
  char* const text = arena.room(kUuidSize);
  writeUuid(std::span(bytes_).subspan(16 * used_++).first<16>(), text);
  return {text, kUuidSize};
}

}  // namespace orrery::http
