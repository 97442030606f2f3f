#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/io/entropy.h"

namespace orrery::http {

constexpr size_t kUuidSize = 36;
// Makes the 16 random bytes a UUID of RFC 9562 version 4, and writes its text to `to`, which has room for kUuidSize.
void writeUuid(std::span<uint8_t, 16> bytes, char* to);

// Makes x-request-id values: random UUIDs (RFC 9562 version 4) from entropy drawn in batches, which begin small: most
// simulated runs have few requests. One per worker and connection manager. Threading: the worker's.
class RequestIdMaker {
 public:
  explicit RequestIdMaker(io::Entropy& entropy) : entropy_(entropy) {}
  // 36 characters in the arena.
  std::string_view make(Arena& arena);

 private:
  static constexpr size_t kLargestBatch = 64;
  io::Entropy& entropy_;
  std::array<uint8_t, kLargestBatch * 16> bytes_{};
  size_t batch_ = 0;
  size_t used_ = 0;
};

}  // namespace orrery::http
