#include "sim/ledger/body.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "proxy/base/hash.h"

namespace orrery::sim {

namespace {

constexpr uint64_t kTextStart = 0xcbf29ce484222325ULL;
static_assert(std::endian::native == std::endian::little, "blocks are stored as they lie in memory");

// Eight printable bytes ('0' to 'o').
uint64_t block(uint64_t seed, uint64_t index) {
  const uint64_t bits = (seed + index * 0x9e3779b97f4a7c15ULL) * 0xd6e8feb86659fd93ULL;
  return ((bits ^ bits >> 31) & 0x3f3f3f3f3f3f3f3fULL) + 0x3030303030303030ULL;
}

uint64_t foldText(uint64_t state, std::string_view data) {
  for (const char c : data) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return state;
}

}  // namespace

void appendPattern(uint64_t seed, uint64_t offset, uint64_t bytes, std::string& out) {
  const size_t start = out.size();
  out.resize(start + bytes);
  char* p = out.data() + start;
  while (bytes > 0) {
    const uint64_t b = block(seed, offset / 8);
    const uint64_t at = offset % 8;
    const uint64_t n = std::min<uint64_t>(8 - at, bytes);
    std::memcpy(p, reinterpret_cast<const char*>(&b) + at, n);
    p += n;
    offset += n;
    bytes -= n;
  }
}

uint64_t patternDigest(uint64_t seed, uint64_t bytes) {
  return bytes == 0 ? textDigest({}) : hashCombine(hashCombine(0x7061747465726eULL, seed), bytes);
}

uint64_t textDigest(std::string_view text) { return hashCombine(foldText(kTextStart, text), text.size()); }

void BodyDigest::update(std::string_view data) {
  if (pattern_) {
    uint64_t offset = bytes_;
    const char* p = data.data();
    size_t left = data.size();
    while (left > 0) {
      const uint64_t b = block(seed_, offset / 8);
      const uint64_t at = offset % 8;
      const size_t n = std::min<size_t>(8 - at, left);
      if (std::memcmp(p, reinterpret_cast<const char*>(&b) + at, n) != 0) break;
      p += n;
      offset += n;
      left -= n;
    }
    if (left == 0) {
      bytes_ = offset;
      return;
    }
    becomeText();
  }
  text_ = foldText(text_, data);
  bytes_ += data.size();
}

// What came so far was the pattern: its text is made again.
void BodyDigest::becomeText() {
  pattern_ = false;
  std::string before;
  appendPattern(seed_, 0, bytes_, before);
  text_ = foldText(kTextStart, before);
}

uint64_t BodyDigest::value() const { return pattern_ ? patternDigest(seed_, bytes_) : hashCombine(text_, bytes_); }

}  // namespace orrery::sim
