#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "proxy/codec/http2/codec_stats.h"

namespace orrery::http2 {

// The frames that were given to a connection and have not left it: what a peer that does not read makes us keep (Envoy's
// max_outbound_frames; CVE-2019-9512 and the like). Lifetime: its session's.
class OutboundQueue {
 public:
  OutboundQueue(stats::Block& block, const CodecStats& stats) : block_(block), stats_(stats) {}
  ~OutboundQueue() { forget(); }
  OutboundQueue(const OutboundQueue&) = delete;
  OutboundQueue& operator=(const OutboundQueue&) = delete;

  // `control`: an answer or a notice (PING, SETTINGS, RST_STREAM), which the peer can provoke at no cost.
  void push(size_t bytes, bool control) {
    written_ += bytes;
    ends_.push_back(written_ << 1 | (control ? 1u : 0u));
    block_.increment(stats_.outbound_frames_active);
    if (!control) return;
    ++controls_;
    block_.increment(stats_.outbound_control_frames_active);
  }
  // Bytes have left the connection.
  void onSent(size_t bytes) {
    sent_ += bytes;
    while (head_ < ends_.size() && ends_[head_] >> 1 <= sent_) pop();
    if (head_ < ends_.size()) return;
    ends_.clear();
    head_ = 0;
  }

  size_t frames() const { return ends_.size() - head_; }
  size_t controlFrames() const { return controls_; }

 private:
  void pop() {
    block_.decrement(stats_.outbound_frames_active);
    if ((ends_[head_] & 1) != 0) {
      --controls_;
      block_.decrement(stats_.outbound_control_frames_active);
    }
    ++head_;
  }
  void forget() {
    while (head_ < ends_.size()) pop();
  }

  stats::Block& block_;
  const CodecStats& stats_;
  std::vector<uint64_t> ends_;  // where each ends in the bytes of the connection; the lowest bit: a control frame
  size_t head_ = 0;
  size_t controls_ = 0;
  uint64_t written_ = 0;
  uint64_t sent_ = 0;
};

}  // namespace orrery::http2
