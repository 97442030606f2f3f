#pragma once

#include "sim/core/pools.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net_pools.h"
#include "sim/world/world.h"

namespace orrery::sim {

// Memory only: the ledger is cleared before each world.
struct WorldPools::Parts {
  Pools core;
  NetPools net;
  Ledger ledger;
};

}  // namespace orrery::sim
