#pragma once

#include <cstdint>
#include <memory>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/task.h"
#include "proxy/upstream/pending_queue.h"
#include "proxy/upstream/pool.h"

namespace orrery::upstream {

class Cluster;
class Http1Client;

// The HTTP/1 connections of one worker to one host: one request at a time on each, the last used is used first, others
// wait in a queue (Envoy's ConnPoolImplBase).
//
// A connection is not used again in the iteration in which its response ended. Who waits gets it in the next iteration,
// after the poll and after all sockets that were ready, so that a FIN the kernel has by then is seen first (Envoy #2715,
// #2871). Envoy gives it at once to a request that arrives in the same iteration; here such a request waits too.
class Http1Pool final : public Pool {
 public:
  Http1Pool(Cluster& cluster, uint32_t host);
  ~Http1Pool() override;
  Http1Pool(const Http1Pool&) = delete;
  Http1Pool& operator=(const Http1Pool&) = delete;

  Acquired acquire(StreamSeeker& seeker) override;
  void cancel(StreamSeeker& seeker) override;
  void shutdown() override;
  size_t connections() const override { return clients_; }

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
  void coolDown();

  Cluster& cluster_;
  const uint32_t host_;
  IntrusiveList<Http1Client> ready_;    // last used first
  IntrusiveList<Http1Client> cooling_;  // their response ended in this iteration
  IntrusiveList<Http1Client> busy_;
  IntrusiveList<Http1Client> connecting_;
  PendingQueue pending_;
  size_t clients_ = 0;
  size_t busyCount_ = 0;
  bool shutDown_ = false;
  io::Task coolTask_;   // at the end of this iteration
  io::Task serveTask_;  // after the next poll
};

}  // namespace orrery::upstream
