#pragma once

namespace orrery::live {

// Networks in which runs do not meet: each thread may have a loopback interface of its own, on which the addresses of every
// bootstrap are free (network namespaces, Linux).

// Once, before the process has other threads: becomes root of a user namespace of its own if that is needed. False: not permitted
// here; then runs share the machine's loopback interface and must take turns.
bool permitOwnNetworks();

// The calling thread, and the processes that it starts from now on, leave the network they are in for a new one, which goes with
// its last socket. False: the system refused.
bool enterOwnNetwork();

}  // namespace orrery::live
