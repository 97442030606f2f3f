#include "proxy/upstream/reset_reason.h"

namespace orrery::upstream {

std::string_view resetReasonText(ResetReason reason) {
  switch (reason) {
    case ResetReason::kLocalReset: return "local reset";
    case ResetReason::kRemoteReset: return "remote reset";
    case ResetReason::kLocalConnectionFailure: return "local connection failure";
    case ResetReason::kRemoteConnectionFailure: return "remote connection failure";
    case ResetReason::kConnectionTimeout: return "connection timeout";
    case ResetReason::kConnectionTermination: return "connection termination";
    case ResetReason::kOverflow: return "overflow";
    case ResetReason::kProtocolError: return "protocol error";
    case ResetReason::kRemoteRefusedStreamReset: return "remote refused stream reset";
    case ResetReason::kConnectError: return "remote error with CONNECT request";
  }
  return "unknown";
}

stream_info::ResponseFlag flagOf(ResetReason reason) {
  using stream_info::ResponseFlag;
  switch (reason) {
    case ResetReason::kLocalConnectionFailure:
    case ResetReason::kRemoteConnectionFailure:
    case ResetReason::kConnectionTimeout: return ResponseFlag::kUpstreamConnectionFailure;
    case ResetReason::kConnectionTermination: return ResponseFlag::kUpstreamConnectionTermination;
    case ResetReason::kLocalReset: return ResponseFlag::kLocalReset;
    case ResetReason::kRemoteReset:
    case ResetReason::kRemoteRefusedStreamReset:
    case ResetReason::kConnectError: return ResponseFlag::kUpstreamRemoteReset;
    case ResetReason::kOverflow: return ResponseFlag::kUpstreamOverflow;
    case ResetReason::kProtocolError: return ResponseFlag::kUpstreamProtocolError;
  }
  return ResponseFlag::kUpstreamRemoteReset;
}

}  // namespace orrery::upstream
