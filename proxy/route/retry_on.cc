#include <string>

#include "proxy/base/ascii.h"
#include "proxy/route/retry_policy.h"

namespace orrery::route {

uint32_t parseRetryOn(std::string_view text, std::string* unknown) {
  uint32_t bits = 0;
  forEachToken(text, [&](std::string_view token) {
    for (const auto& [word, bit] : kRetryOnWords) {
      if (token != word) continue;
      bits |= bit;
      return;
    }
    if (unknown == nullptr) return;
    if (!unknown->empty()) *unknown += ',';
    *unknown += token;
  });
  return bits;
}

}  // namespace orrery::route
