#pragma once

#include <memory>

#include "tests/contract/backends.h"

namespace orrery::contract {

// sim/io on one simulated host, plain run.
std::unique_ptr<World> newSimWorld();

}  // namespace orrery::contract
