#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/stream_info/response_flag.h"

namespace orrery::upstream {

// Why an attempt ended without a complete response (Envoy's StreamResetReason).
enum class ResetReason : uint8_t {
  kLocalReset,
  kRemoteReset,
  kLocalConnectionFailure,
  kRemoteConnectionFailure,
  kConnectionTimeout,
  kConnectionTermination,
  kOverflow,
  kProtocolError,
  kRemoteRefusedStreamReset,
  kConnectError,
};

// Envoy's words: they appear in response bodies and details ("remote connection failure").
std::string_view resetReasonText(ResetReason reason);
// The flag that stands for it.
stream_info::ResponseFlag flagOf(ResetReason reason);

}  // namespace orrery::upstream
