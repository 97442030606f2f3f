#pragma once

#include <cstdint>

#include "proxy/base/intrusive_list.h"
#include "proxy/upstream/pool.h"

namespace orrery::upstream {

class Http2Client;

// HTTP/2: many requests at a time on each connection, a further one only where those there have no room.
class Http2Pool final : public Pool {
 public:
  Http2Pool(Cluster& cluster, uint32_t host);
  ~Http2Pool() override;

  Acquired acquire(StreamSeeker& seeker) override;

 private:
  friend class Http2Client;
  // What clients report: connected; room for requests has come or gone; the end (see Pool::onClientEnded).
  void onConnected(Http2Client& client);
  void onRoomChanged(Http2Client& client);
  void onClosed(Http2Client& client, bool failed, ResetReason reason, std::string_view transportFailure);

  bool hasReady() override { return !ready_.empty(); }
  UpstreamStream* attachReady(StreamSeeker& seeker) override;
  uint64_t roomToCome() const override { return connectingRoom_; }
  void connect() override;
  void closeAll() override;
  void place(Http2Client& client);

  IntrusiveList<Http2Client> ready_;  // with room for requests
  IntrusiveList<Http2Client> full_;   // without: as many streams as may be, or at their end
  IntrusiveList<Http2Client> connecting_;
  uint64_t connectingRoom_ = 0;  // requests that connections under way are expected to take
};

}  // namespace orrery::upstream
