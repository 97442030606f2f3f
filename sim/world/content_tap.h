#pragma once

#include <map>
#include <utility>

#include "sim/net/net.h"
#include "sim/net/net_tap.h"
#include "sim/world/content_reader.h"
#include "sim/world/recording.h"

namespace orrery::sim {

// Notes in a recording what the segments of all connections carry, as they are sent for the first time.
// Lifetime: the net and the recording outlive it; it taps from construction to destruction.
class ContentTap final : public NetTap {
 public:
  ContentTap(Net& net, Recording& recording);
  ~ContentTap();
  ContentTap(const ContentTap&) = delete;
  ContentTap& operator=(const ContentTap&) = delete;

  void onSent(const Host& from, const Host* to, const Segment& segment, const Verdict& verdict) override;
  void onArrived(const Host&, const Segment&) override {}
  void onNote(const Host&, std::string_view) override {}

 private:
  struct Direction {
    ContentReader reader;
    uint64_t next = 0;  // sequence number
    bool answers = false;
  };

  Net& net_;
  Recording& recording_;
  std::map<std::pair<uint64_t, uint64_t>, Direction>
      directions_;  // by addresses, of the youngest connection between them
};

}  // namespace orrery::sim
