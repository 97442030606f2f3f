#include "proxy/codec/http2/flood_guard.h"

namespace orrery::http2 {

std::string_view FloodGuard::onFrame(const FrameHead& head, size_t payload) {
  switch (head.type) {
    case FrameType::kHeaders:
    case FrameType::kContinuation:
    case FrameType::kData: {
      // Frames that carry nothing and end nothing.
      const bool ends =
          head.type == FrameType::kContinuation ? head.has(flag::kEndHeaders) : head.has(flag::kEndStream);
      emptyFrames_ = payload == 0 && !ends ? emptyFrames_ + 1 : 0;
      if (emptyFrames_ <= options_.maxConsecutiveInboundFramesWithEmptyPayload) return {};
      block_.add(stats_.inbound_empty_frames_flood);
      return "http2.inbound_empty_frames_flood";
    }
    case FrameType::kPriority:
      if (++priorityFrames_ <= options_.maxInboundPriorityFramesPerStream * (1 + streams_)) return {};
      block_.add(stats_.inbound_priority_frames_flood);
      return "Too many PRIORITY frames";
    case FrameType::kWindowUpdate:
      if (++windowUpdateFrames_ <=
          5 + 2 * (streams_ + options_.maxInboundWindowUpdateFramesPerDataFrameSent * dataFramesSent_)) {
        return {};
      }
      block_.add(stats_.inbound_window_update_frames_flood);
      return "Too many WINDOW_UPDATE frames";
    default: return {};
  }
}

}  // namespace orrery::http2
