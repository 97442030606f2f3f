#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace orrery::stream_info {

// Envoy's response flags with their short names of %RESPONSE_FLAGS%.
#define ORRERY_RESPONSE_FLAGS(X)                \
  X(kFailedLocalHealthCheck, "LH")              \
  X(kNoHealthyUpstream, "UH")                   \
  X(kUpstreamRequestTimeout, "UT")              \
  X(kLocalReset, "LR")                          \
  X(kUpstreamRemoteReset, "UR")                 \
  X(kUpstreamConnectionFailure, "UF")           \
  X(kUpstreamConnectionTermination, "UC")       \
  X(kUpstreamOverflow, "UO")                    \
  X(kNoRouteFound, "NR")                        \
  X(kDelayInjected, "DI")                       \
  X(kFaultInjected, "FI")                       \
  X(kRateLimited, "RL")                         \
  X(kUnauthorizedExternalService, "UAEX")       \
  X(kRateLimitServiceError, "RLSE")             \
  X(kDownstreamConnectionTermination, "DC")     \
  X(kUpstreamRetryLimitExceeded, "URX")         \
  X(kStreamIdleTimeout, "SI")                   \
  X(kInvalidEnvoyRequestHeaders, "IH")          \
  X(kDownstreamProtocolError, "DPE")            \
  X(kUpstreamMaxStreamDurationReached, "UMSDR") \
  X(kResponseFromCacheFilter, "RFCF")           \
  X(kNoFilterConfigFound, "NFCF")               \
  X(kDurationTimeout, "DT")                     \
  X(kUpstreamProtocolError, "UPE")              \
  X(kNoClusterFound, "NC")                      \
  X(kOverloadManager, "OM")                     \
  X(kDnsResolutionFailed, "DF")                 \
  X(kDropOverload, "DO")                        \
  X(kDownstreamRemoteReset, "DR")               \
  X(kUnconditionalDropOverload, "UDO")

enum class ResponseFlag : uint8_t {
#define ORRERY_X(id, name) id,
  ORRERY_RESPONSE_FLAGS(ORRERY_X)
#undef ORRERY_X
      kCount,
};

// The short name ("UF").
std::string_view responseFlagName(ResponseFlag flag);
// Envoy's name of %RESPONSE_FLAGS_LONG% ("UpstreamConnectionFailure").
std::string_view responseFlagLongName(ResponseFlag flag);

// A set of flags that shows them in the order in which they were set, as Envoy does ("URX,UT": the retries ran out, then
// the last try timed out).
class ResponseFlags {
 public:
  void set(ResponseFlag f) {
    if (has(f)) return;
    bits_ |= uint64_t{1} << static_cast<unsigned>(f);
    order_[count_++] = f;
  }
  bool has(ResponseFlag f) const { return (bits_ >> static_cast<unsigned>(f)) & 1; }
  bool any() const { return bits_ != 0; }
  uint64_t bits() const { return bits_; }
  std::span<const ResponseFlag> inOrder() const { return {order_, count_}; }
  // "-" or the short names joined with ','.
  std::string text() const;
  // The same with the long names.
  std::string longText() const;

 private:
  uint64_t bits_ = 0;
  uint8_t count_ = 0;
  ResponseFlag order_[static_cast<size_t>(ResponseFlag::kCount)];
};

}  // namespace orrery::stream_info
