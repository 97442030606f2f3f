#pragma once

#include <cstdint>

#include "proxy/codec/http2/frame.h"
#include "proxy/message/limits.h"

namespace orrery::http2 {

enum class Side : uint8_t { kServer, kClient };

// headers_with_underscores_action.
enum class Underscores : uint8_t { kAllow, kDropHeader, kReject };

// What one side of a connection asks for and allows: envoy.config.core.v3.Http2ProtocolOptions with Envoy 1.40's defaults.
struct Options {
  uint32_t headerTableSize = 4096;
  uint32_t maxConcurrentStreams = 1024;
  uint32_t initialStreamWindow = 16 * 1024 * 1024;
  uint32_t initialConnectionWindow = 24 * 1024 * 1024;
  bool allowConnect = false;  // extended CONNECT (RFC 8441)
  // true: a malformed message ends its stream; false: its connection.
  bool streamErrorOnInvalidMessage = false;

  uint32_t maxOutboundFrames = 10000;
  uint32_t maxOutboundControlFrames = 1000;
  uint32_t maxConsecutiveInboundFramesWithEmptyPayload = 1;
  uint32_t maxInboundPriorityFramesPerStream = 100;
  uint32_t maxInboundWindowUpdateFramesPerDataFrameSent = 10;

  message::HeaderLimits headers;
  Underscores underscores = Underscores::kAllow;
};

// What the peer's SETTINGS say (RFC 9113 section 6.5.2); initial values until they come.
struct PeerSettings {
  uint32_t maxConcurrentStreams = UINT32_MAX;
  uint32_t initialWindow = static_cast<uint32_t>(kDefaultWindow);
  uint32_t maxFrameSize = kDefaultMaxFrameSize;
  bool enableConnect = false;
};

}  // namespace orrery::http2
