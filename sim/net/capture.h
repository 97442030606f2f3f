#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/net/net_tap.h"
#include "sim/net/pcapng.h"

namespace orrery::sim {

class Net;

// What to capture: everything, once each, where it enters a link (the default); what one host sends and receives; or what
// enters one link, in both directions.
struct CaptureOptions {
  std::string host;  // empty: not of one host
  std::string peer;  // with `host`: of the link between the two
};

// Writes what travels as a pcapng file: both directions, interfaces named after hosts and links, a comment for each segment
// that a fault befalls and for what befell a host since the segment before.
//
// Lifetime: the net outlives it; it taps from construction to destruction. Bounds: stops at kMaxBytes and says so.
class Capture final : public NetTap {
 public:
  static constexpr size_t kMaxBytes = size_t{1} << 30;

  Capture(Net& net, CaptureOptions options);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  void onSent(const Host& from, const Host* to, const Segment& segment, const Verdict& verdict) override;
  void onArrived(const Host& at, const Segment& segment) override;
  void onNote(const Host& host, std::string_view what) override;

  bool truncated() const { return truncated_; }
  // The file. Once.
  std::string take() { return writer_.take(); }

 private:
  struct Interface {
    std::string name;
    uint32_t number;
  };
  bool wanted(const Host& from, const Host* to) const;
  uint32_t interface(std::string name, std::string_view description);
  void write(uint32_t interface, PcapngWriter::Way way, const Segment& segment, uint32_t mss, std::string_view note);

  Net& net_;
  CaptureOptions options_;
  PcapngWriter writer_;
  std::vector<Interface> interfaces_;
  std::string notes_;   // for the next packet
  std::string packet_;  // kept for its memory
  uint16_t identification_ = 0;
  bool truncated_ = false;
};

}  // namespace orrery::sim
