#pragma once

#include "sim/net/block.h"
#include "sim/net/object_pool.h"
#include "sim/net/segment.h"
#include "sim/net/send_queue.h"

namespace orrery::sim {

// Memory of simulated networks that outlives worlds; one per OS thread, beside Pools. Lifetime: outlives every Net.
struct NetPools {
  BlockPool blocks;
  ObjectPool<Segment> segments;
  ObjectPool<SendPiece> pieces;
};

}  // namespace orrery::sim
