#pragma once

#include <cstdint>

#include "proxy/base/intrusive_list.h"
#include "proxy/upstream/pending_queue.h"
#include "proxy/upstream/pool.h"

namespace orrery::upstream {

class Cluster;
class Http2Client;

// The HTTP/2 connections of one worker to one host: many requests at a time on each, a further connection only where those
// there have no room (Envoy's ConnPoolImplBase with a multiplexing codec).
class Http2Pool final : public Pool {
 public:
  Http2Pool(Cluster& cluster, uint32_t host);
  ~Http2Pool() override;
  Http2Pool(const Http2Pool&) = delete;
  Http2Pool& operator=(const Http2Pool&) = delete;

  Acquired acquire(StreamSeeker& seeker) override;
  void cancel(StreamSeeker& seeker) override;
  void shutdown() override;
  size_t connections() const override { return clients_; }

  Cluster& cluster() { return cluster_; }
  uint32_t host() const { return host_; }

 private:
  friend class Http2Client;
  // What clients report. Connected, or room for requests has come or gone.
  void onConnected(Http2Client& client);
  void onRoomChanged(Http2Client& client);
  void onStreamEnded();
  // The client has ended. `failed`: it never connected; those who wait are told `reason`.
  void onClosed(Http2Client& client, bool failed, ResetReason reason, std::string_view transportFailure);

  void place(Http2Client& client);
  bool tryCreateConnection();
  void tryCreateConnections();
  UpstreamStream* attach(Http2Client& client, StreamSeeker& seeker);
  void servePending();

  Cluster& cluster_;
  const uint32_t host_;
  IntrusiveList<Http2Client> ready_;  // with room for requests
  IntrusiveList<Http2Client> full_;   // without: as many streams as may be, or at their end
  IntrusiveList<Http2Client> connecting_;
  PendingQueue pending_;
  size_t clients_ = 0;
  uint64_t connectingRoom_ = 0;  // requests that connections under way are expected to take
  bool shutDown_ = false;
};

}  // namespace orrery::upstream
