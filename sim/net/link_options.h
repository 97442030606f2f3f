#pragma once

#include <cstdint>

#include "proxy/base/time.h"
#include "sim/net/ratio.h"

namespace orrery::sim {

// What one direction of a link is like all the time. Ratios and jitter are drawn for each segment from the run key; what
// is only possible (`lossy`) is a choice, and never happens in the plain run.
struct LinkOptions {
  Duration latency = Duration::microseconds(100);  // at least 1 ns
  uint32_t mtu = 65536;                            // as Linux' lo; at least 576
  bool lossy = false;                              // each segment may be lost, by choice

  Duration jitter = {};    // each segment takes up to this much longer, evenly; holds up those behind it
  uint64_t bandwidth = 0;  // bytes a second, headers included; 0: no bound
  uint64_t queue = 0;      // bytes that may wait for the wire, more are lost; 0: no bound. Needs a bandwidth
  Ratio loss = {};
  Ratio duplication = {};
  Ratio reordering = {};  // the segment arrives a latency later than it would, and those behind it do not wait
  Ratio corruption = {};  // one bit flips; the receiver's checksum finds it

  // Anything but latency and MTU.
  bool shaped() const {
    return !jitter.isZero() || bandwidth != 0 || !loss.never() || !duplication.never() || !reordering.never() ||
           !corruption.never();
  }
};

}  // namespace orrery::sim
