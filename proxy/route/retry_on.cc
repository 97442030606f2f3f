#include <array>
#include <string>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/route/route_config.h"

namespace orrery::route {

uint32_t parseRetryOn(std::string_view text, std::string* unknown) {
  constexpr std::array<std::pair<std::string_view, uint32_t>, 10> kWords{{
      {"5xx", kRetryOn5xx},
      {"gateway-error", kRetryOnGatewayError},
      {"connect-failure", kRetryOnConnectFailure},
      {"retriable-4xx", kRetryOnRetriable4xx},
      {"refused-stream", kRetryOnRefusedStream},
      {"reset", kRetryOnReset},
      {"retriable-status-codes", kRetryOnRetriableStatusCodes},
      {"retriable-headers", kRetryOnRetriableHeaders},
      {"envoy-ratelimited", kRetryOnEnvoyRateLimited},
      {"reset-before-request", kRetryOnResetBeforeRequest},
  }};
  uint32_t bits = 0;
  forEachToken(text, [&](std::string_view token) {
    for (const auto& [word, bit] : kWords) {
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
