#pragma once

#include "proxy/base/time.h"

namespace orrery::sim {

// What the programs of a host cost their processor. Every timer, post, accepted connection, read and write takes `callback`,
// each KiB that a call moves `kibibyte`; each iteration of a loop up to `jitter` more, drawn. The loop's thread is busy for
// the sum after the iteration (what it sent has left by then), and whatever becomes ready meanwhile waits. A plain value.
struct CpuCost {
  Duration callback;
  Duration kibibyte;
  Duration jitter;
  bool any() const { return !callback.isZero() || !kibibyte.isZero() || !jitter.isZero(); }
};

}  // namespace orrery::sim
