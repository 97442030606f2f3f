#pragma once

#include <cstdint>

namespace orrery::http2 {

// What the peer may send (RFC 9113 section 6.9): one for the connection, one for each stream.
class ReceiveWindow {
 public:
  explicit ReceiveWindow(int64_t size) : size_(size) {}

  // False: more than was allowed.
  bool receive(int64_t bytes) {
    received_ += bytes;
    return received_ <= size_;
  }
  // Bytes were used. Returns the increment to tell, 0: not yet. Told when half of the window is used (as nghttp2).
  uint32_t consume(int64_t bytes) {
    consumed_ += bytes;
    if (consumed_ == 0 || consumed_ < size_ / 2) return 0;
    const auto increment = static_cast<uint32_t>(consumed_);
    received_ -= consumed_;
    consumed_ = 0;
    return increment;
  }

 private:
  int64_t size_;
  int64_t received_ = 0;  // since the last increment
  int64_t consumed_ = 0;
};

}  // namespace orrery::http2
