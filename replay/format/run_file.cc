#include "replay/format/run_file.h"

#include <xxhash.h>

namespace orrery::replay {

std::string_view strategyName(RunFile::Strategy strategy) {
  switch (strategy) {
    case RunFile::Strategy::kPlain: return "plain";
    case RunFile::Strategy::kRandom: return "random";
    case RunFile::Strategy::kReplay: return "replay";
  }
  return "?";
}

std::string hex64(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = out.size(); i-- > 0; value >>= 4) out[i] = kDigits[value & 15];
  return out;
}

std::string contentHash(std::string_view bytes) {
  const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
  return hex64(h.high64) + hex64(h.low64);
}

}  // namespace orrery::replay
