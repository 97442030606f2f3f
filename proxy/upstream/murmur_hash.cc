#include "proxy/upstream/murmur_hash.h"

namespace orrery::upstream {
namespace {

constexpr uint64_t kMultiplier = 0xc6a4a7935bd1e995;
constexpr uint64_t kSeed = 0xc70f6907;

uint64_t little(std::string_view bytes) {
  uint64_t out = 0;
  for (size_t i = bytes.size(); i > 0; --i) out = out << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return out;
}

constexpr uint64_t shiftMix(uint64_t v) { return v ^ (v >> 47); }

}  // namespace

uint64_t murmurHash2(std::string_view text) {
  uint64_t hash = kSeed ^ (text.size() * kMultiplier);
  for (; text.size() >= 8; text.remove_prefix(8)) {
    hash ^= shiftMix(little(text.substr(0, 8)) * kMultiplier) * kMultiplier;
    hash *= kMultiplier;
  }
  if (!text.empty()) {
    hash ^= little(text);
    hash *= kMultiplier;
  }
  return shiftMix(shiftMix(hash) * kMultiplier);
}

}  // namespace orrery::upstream
