#include "proxy/io_asio/random.h"

#include <array>
#include <cstring>

namespace orrery::io_asio {

uint64_t RealRandom::seedFrom(io::Entropy& entropy) {
  std::array<uint8_t, 8> bytes;
  entropy.fill(bytes);
  uint64_t seed;
  std::memcpy(&seed, bytes.data(), sizeof(seed));
  return seed;
}

std::unique_ptr<io::Random> RealRandom::child(std::string_view /*name*/) {
  return std::make_unique<RealRandom>(entropy_);
}

}  // namespace orrery::io_asio
