#pragma once

#include <cstdint>
#include <memory>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/task.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Cluster;
class Http1Client;

// The HTTP/1 connections of one worker to one host: one request at a time on each, the last used is used first, others
// wait in a queue (Envoy's ConnPoolImplBase).
//
// A connection is not used again in the iteration in which its response ended. Who waits gets it in the next iteration,
// after the poll and after all sockets that were ready, so that a FIN the kernel has by then is seen first (Envoy #2715,
// #2871). Envoy gives it at once to a request that arrives in the same iteration; here such a request waits too.
//
// Lifetime: owned by Cluster; its clients die by deferDelete. Threading: its worker. Bounds: the cluster's circuit
// breakers. Re-entry: acquire() never calls the seeker; the tasks and clients call seekers, who may call anything here.
class Http1Pool {
 public:
  Http1Pool(Cluster& cluster, uint32_t host);
  ~Http1Pool();
  Http1Pool(const Http1Pool&) = delete;
  Http1Pool& operator=(const Http1Pool&) = delete;

  // A stream at once, or overflow (a circuit breaker is open), or neither: `seeker` waits in the queue.
  struct Acquired {
    UpstreamStream* stream = nullptr;
    bool overflow = false;
    bool hadConnection = false;  // of an overflow: there was a connection, but the cluster has too many requests
  };
  Acquired acquire(StreamSeeker& seeker);
  // Leaves the queue. `seeker` must wait in it.
  void cancel(StreamSeeker& seeker);

  // Closes all connections; who waits is failed.
  void shutdown();
  size_t connections() const { return clients_; }

  Cluster& cluster() { return cluster_; }
  uint32_t host() const { return host_; }

 private:
  friend class Http1Client;
  // What clients report.
  void onConnected(Http1Client& client);
  void onStreamEnded(Http1Client& client, bool reusable);
  // The client has ended. `failed`: it never connected; those who wait are told `reason`.
  void onClosed(Http1Client& client, bool failed, bool wasBusy, ResetReason reason, std::string_view transportFailure);

  bool tryCreateConnection();
  void tryCreateConnections();
  // Gives `client` to `seeker`; null: a circuit breaker is open.
  UpstreamStream* attach(Http1Client& client, StreamSeeker& seeker);
  void servePending();
  void failPending(ResetReason reason, std::string_view transportFailure);
  void dequeue(StreamSeeker& seeker);
  void coolDown();

  Cluster& cluster_;
  const uint32_t host_;
  IntrusiveList<Http1Client> ready_;    // last used first
  IntrusiveList<Http1Client> cooling_;  // their response ended in this iteration
  IntrusiveList<Http1Client> busy_;
  IntrusiveList<Http1Client> connecting_;
  IntrusiveList<StreamSeeker> pending_;
  size_t clients_ = 0;
  size_t busyCount_ = 0;
  size_t pendingCount_ = 0;
  bool shutDown_ = false;
  io::Task coolTask_;   // at the end of this iteration
  io::Task serveTask_;  // after the next poll
};

}  // namespace orrery::upstream
