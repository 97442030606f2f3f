#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/base/intrusive_list.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Cluster;

// Those who wait for a connection of a pool, oldest first, counted by the cluster's circuit breaker and statistics.
// Lifetime: inside its pool. Threading: its worker.
class PendingQueue {
 public:
  PendingQueue(Cluster& cluster, uint32_t host) : cluster_(cluster), host_(host) {}
  ~PendingQueue();
  PendingQueue(const PendingQueue&) = delete;
  PendingQueue& operator=(const PendingQueue&) = delete;

  size_t size() const { return size_; }
  StreamSeeker* front() { return seekers_.front(); }
  // The circuit breaker is open. Counts nothing.
  bool full() const;
  void push(StreamSeeker& seeker);
  void remove(StreamSeeker& seeker);
  // Fails those who wait now; a retry that comes back at once waits for the next connection.
  void fail(ResetReason reason, std::string_view transportFailure);

 private:
  void countRemoved();

  Cluster& cluster_;
  const uint32_t host_;
  IntrusiveList<StreamSeeker> seekers_;
  size_t size_ = 0;
};

}  // namespace orrery::upstream
