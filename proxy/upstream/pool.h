#pragma once

#include <cstddef>

#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

// The connections of one worker to one host, by one protocol.
//
// Lifetime: owned by Cluster; its connections die by deferDelete. Threading: its worker. Bounds: the cluster's circuit
// breakers. Re-entry: acquire() never calls the seeker; tasks and connections call seekers, who may call anything here.
class Pool {
 public:
  virtual ~Pool() = default;

  // A stream at once, or overflow (a circuit breaker is open), or neither: `seeker` waits in the queue.
  struct Acquired {
    UpstreamStream* stream = nullptr;
    bool overflow = false;
    bool hadConnection = false;  // of an overflow: there was a connection, but the cluster has too many requests
  };
  virtual Acquired acquire(StreamSeeker& seeker) = 0;
  // Leaves the queue. `seeker` must wait in it.
  virtual void cancel(StreamSeeker& seeker) = 0;
  // Closes all connections; who waits is failed.
  virtual void shutdown() = 0;
  virtual size_t connections() const = 0;
};

}  // namespace orrery::upstream
