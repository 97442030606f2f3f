#pragma once

#include <optional>

#include "sim/net/conntrack.h"
#include "sim/net/segment.h"

namespace orrery::sim {

// What a host does that is a box on the way instead of an end: it takes what arrives and sends it on.
// Lifetime: its host's. Threading: the run's.
class Forwarder {
 public:
  virtual ~Forwarder() = default;
  // Takes the segment.
  virtual void forward(Segment* segment) = 0;
  // What these ends are called on the other side of the box, if it knows them: a kernel whose segment was lost there knows
  // its connection by that name.
  virtual std::optional<Ends> otherView(const Ends& ends) = 0;
};

// What a middlebox does with a segment that belongs to nothing it knows.
enum class Unknown : uint8_t {
  kDrop,   // it vanishes
  kReset,  // its sender gets a RST
};

}  // namespace orrery::sim
