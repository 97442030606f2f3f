#pragma once

#include <cstdint>
#include <string>

#include "proxy/base/time.h"

namespace orrery::sim {

// Something that the network does to a link between two hosts, for a while.
struct Fault {
  enum class Kind : uint8_t {
    kBlackHole,  // segments vanish
    kLatency,    // segments take this much longer
    kLoss,       // each segment may vanish, by choice: never in the plain run
  };
  Kind kind = Kind::kBlackHole;
  std::string from;  // host
  std::string to;
  bool oneWay = false;
  Duration latency;
  Duration begin;  // since the start of the run
  Duration end;    // zero: never
  std::string text;
  int line = 0;
};

}  // namespace orrery::sim
