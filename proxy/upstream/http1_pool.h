#pragma once

#include <cstdint>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/task.h"
#include "proxy/upstream/pool.h"

namespace orrery::upstream {

class Http1Client;

// HTTP/1: one request at a time on each connection, the last used is used first.
//
// A connection is not used again in the iteration in which its response ended. Who waits gets it in the next iteration,
// after the poll and after all sockets that were ready, so that a FIN the kernel has by then is seen first (Envoy #2715,
// #2871). Envoy gives it at once to a request that arrives in the same iteration; here such a request waits too.
class Http1Pool final : public Pool {
 public:
  Http1Pool(Cluster& cluster, uint32_t host);
  ~Http1Pool() override;

  Acquired acquire(StreamSeeker& seeker) override;

 private:
  friend class Http1Client;
  // What clients report; the end: see Pool::onClientEnded.
  void onConnected(Http1Client& client);
  void onStreamEnded(Http1Client& client, bool reusable);
  void onClosed(Http1Client& client, bool failed, bool wasBusy, ResetReason reason, std::string_view transportFailure);

  bool hasReady() override { return !ready_.empty(); }
  UpstreamStream* attachReady(StreamSeeker& seeker) override;
  // Connections that will be free soon are counted on: connecting, cooling, or ready for the queue's next turn.
  uint64_t roomToCome() const override { return connections() - busyCount_; }
  void connect() override;
  void closeAll() override;
  // Gives `client` to `seeker`; null: a circuit breaker is open.
  UpstreamStream* attach(Http1Client& client, StreamSeeker& seeker);
  void serve() { servePending(); }
  void coolDown();

  IntrusiveList<Http1Client> ready_;    // last used first
  IntrusiveList<Http1Client> cooling_;  // their response ended in this iteration
  IntrusiveList<Http1Client> busy_;
  IntrusiveList<Http1Client> connecting_;
  size_t busyCount_ = 0;
  io::Task coolTask_;   // at the end of this iteration
  io::Task serveTask_;  // after the next poll
};

}  // namespace orrery::upstream
