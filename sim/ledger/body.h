#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::sim {

// Bodies that their receiver can check byte for byte: byte i of the pattern follows from the seed (the id of the request,
// the nonce of the response) and i alone. Printable, so that logs stay readable.
void appendPattern(uint64_t seed, uint64_t offset, uint64_t bytes, std::string& out);

// The digest of a whole body, equal for sender and receiver however it was cut. Of a pattern it follows from seed and length.
uint64_t patternDigest(uint64_t seed, uint64_t bytes);
uint64_t textDigest(std::string_view text);

// Digests a body while it arrives, comparing it with the pattern of `seed`. Costs about one multiplication for eight bytes
// as long as it is that pattern.
class BodyDigest {
 public:
  void begin(uint64_t seed) {
    seed_ = seed;
    bytes_ = 0;
    pattern_ = true;
  }
  void update(std::string_view data);
  uint64_t bytes() const { return bytes_; }
  uint64_t value() const;

 private:
  size_t matching(std::string_view data) const;
  void becomeText();
  uint64_t seed_ = 0;
  uint64_t bytes_ = 0;
  uint64_t text_ = 0;
  bool pattern_ = true;
};

}  // namespace orrery::sim
