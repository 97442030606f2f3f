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
  const auto part = [&](uint64_t at, uint64_t n) {
    const uint64_t b = block(seed, offset / 8);
    std::memcpy(p, reinterpret_cast<const char*>(&b) + at, n);
    p += n;
    offset += n;
    bytes -= n;
  };
  if (offset % 8 != 0 && bytes > 0) part(offset % 8, std::min(8 - offset % 8, bytes));
  uint64_t index = offset / 8;
  for (; bytes >= 8; bytes -= 8, p += 8, offset += 8) {
    const uint64_t b = block(seed, index++);
    std::memcpy(p, &b, 8);
  }
  if (bytes > 0) part(0, bytes);
}

uint64_t patternDigest(uint64_t seed, uint64_t bytes) {
  return bytes == 0 ? textDigest({}) : hashCombine(hashCombine(0x7061747465726eULL, seed), bytes);
}

uint64_t textDigest(std::string_view text) { return hashCombine(foldText(kTextStart, text), text.size()); }

// How many of the bytes are the pattern from `offset` on; all or fewer.
size_t BodyDigest::matching(std::string_view data) const {
  uint64_t offset = bytes_;
  const char* p = data.data();
  size_t left = data.size();
  const auto part = [&](size_t n) {
    const uint64_t b = block(seed_, offset / 8);
    if (std::memcmp(p, reinterpret_cast<const char*>(&b) + offset % 8, n) != 0) return false;
    p += n;
    offset += n;
    left -= n;
    return true;
  };
  if (offset % 8 != 0 && !part(std::min<size_t>(8 - offset % 8, left))) return data.size() - left;
  uint64_t index = offset / 8;
  for (; left >= 8; left -= 8, p += 8, offset += 8) {
    uint64_t found = 0;
    std::memcpy(&found, p, 8);
    if (found != block(seed_, index++)) return data.size() - left;
  }
  if (left > 0) part(left);
  return data.size() - left;
}

void BodyDigest::update(std::string_view data) {
  if (pattern_) {
    if (matching(data) == data.size()) {
      bytes_ += data.size();
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
