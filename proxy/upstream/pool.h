#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/io/task.h"
#include "proxy/upstream/pending_queue.h"

namespace orrery::upstream {

class Cluster;

// The connections of one worker to one host: who gets one, who waits, when another is made (Envoy's ConnPoolImplBase). What
// a connection can carry is its protocol's, and the subclass's.
//
// Lifetime: owned by Cluster; its connections die by deferDelete. Threading: its worker. Bounds: the cluster's circuit
// breakers. Re-entry: acquire() never calls the seeker; tasks and connections call seekers, who may call anything here.
class Pool {
 public:
  virtual ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // A stream at once, or overflow (a circuit breaker is open), or neither: `seeker` waits in the queue.
  struct Acquired {
    UpstreamStream* stream = nullptr;
    bool overflow = false;
    bool hadConnection = false;  // of an overflow: there was a connection, but the cluster has too many requests
  };
  virtual Acquired acquire(StreamSeeker& seeker) = 0;
  // Leaves the queue. `seeker` must wait in it.
  void cancel(StreamSeeker& seeker);
  // Closes all connections; who waits is failed.
  void shutdown();

  size_t connections() const { return clients_; }
  // It counts among the cluster's pools.
  bool open() const { return open_; }
  void setOpen() { open_ = true; }
  Cluster& cluster() { return cluster_; }
  uint32_t host() const { return host_; }

 protected:
  Pool(Cluster& cluster, uint32_t host);
  bool shutDown() const { return shutDown_; }
  size_t waiting() const { return pending_.size(); }
  bool queueFull() const { return pending_.full(); }
  // Into the queue, which may bring forth connections; overflow if it is full.
  Acquired wait(StreamSeeker& seeker);
  // Gives those who wait what is ready.
  void servePending();
  // `client`, out of its list, has ended. `failed`: it never connected; those who wait are told `reason`.
  void onClientEnded(io::DeferredDeletable& client, bool failed, ResetReason reason, std::string_view transportFailure);

 private:
  // A connection that can take a request now is there.
  virtual bool hasReady() = 0;
  // Gives it to `seeker`; null: a circuit breaker is open.
  virtual UpstreamStream* attachReady(StreamSeeker& seeker) = 0;
  // How many of those who wait will be served by connections that are there or under way.
  virtual uint64_t roomToCome() const = 0;
  // Makes one more connection.
  virtual void connect() = 0;
  virtual void closeAll() = 0;

  void closeIfEmpty();
  bool tryCreateConnection();
  void tryCreateConnections();

  Cluster& cluster_;
  const uint32_t host_;
  PendingQueue pending_;
  size_t clients_ = 0;
  bool shutDown_ = false;
  bool open_ = false;
};

}  // namespace orrery::upstream
