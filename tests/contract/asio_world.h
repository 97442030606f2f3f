#pragma once

#include <memory>

#include "tests/contract/backends.h"

namespace orrery::contract {

// proxy/io_asio on this machine's loopback and a scratch folder.
std::unique_ptr<World> newAsioWorld();

}  // namespace orrery::contract
