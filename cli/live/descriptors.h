#pragma once

#include <sys/types.h>

#include <cstdint>

namespace orrery::live {

// The limit under which a process has room for so many TCP connections, with those that it has, and keeps what else it has.
uint64_t descriptorLimitFor(pid_t process, uint64_t connections);

// From now on it gets none with this number or a higher one. What the limit was before; 0: it cannot be set.
uint64_t setDescriptorLimit(pid_t process, uint64_t limit);

}  // namespace orrery::live
