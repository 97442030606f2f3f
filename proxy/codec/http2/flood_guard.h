#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/codec/http2/codec_stats.h"
#include "proxy/codec/http2/frame.h"
#include "proxy/codec/http2/options.h"

namespace orrery::http2 {

// Counts what a peer may send too much of (Envoy's ProtocolConstraints; CVE-2019-9511 and the like). A limit once passed
// stays passed. Lifetime: its session's.
class FloodGuard {
 public:
  FloodGuard(const Options& options, stats::Block& block, const CodecStats& stats)
      : options_(options), block_(block), stats_(stats) {}

  void onStreamOpened() { ++streams_; }
  void onDataSent() { ++dataFramesSent_; }
  // A frame that arrived; `payload`: without padding. Returns what is wrong, or empty.
  std::string_view onFrame(const FrameHead& head, size_t payload);

 private:
  const Options& options_;
  stats::Block& block_;
  const CodecStats& stats_;
  uint64_t streams_ = 0;
  uint64_t dataFramesSent_ = 0;
  uint64_t priorityFrames_ = 0;
  uint64_t windowUpdateFrames_ = 0;
  uint32_t emptyFrames_ = 0;  // in a row
};

}  // namespace orrery::http2
