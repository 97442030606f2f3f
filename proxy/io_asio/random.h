#pragma once

#include "proxy/base/prng.h"
#include "proxy/io/entropy.h"
#include "proxy/io/random.h"

namespace orrery::io_asio {

// SplitMix64 from a seed of the entropy source. A child gets a fresh seed, so that equal names are independent too.
// Lifetime: the entropy source outlives it and its children.
class RealRandom final : public io::Random {
 public:
  explicit RealRandom(io::Entropy& entropy) : entropy_(entropy), prng_(seedFrom(entropy)) {}
  uint64_t bits() override { return prng_.next(); }
  std::unique_ptr<io::Random> child(std::string_view name) override;

 private:
  static uint64_t seedFrom(io::Entropy& entropy);
  io::Entropy& entropy_;
  Prng prng_;
};

}  // namespace orrery::io_asio
