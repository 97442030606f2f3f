#pragma once

#include <cstdint>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/task.h"
#include "proxy/upstream/pool.h"

namespace orrery::upstream {

class TcpClient;

// Plain TCP connections to one host, each for one stream of bytes: what comes out of a CONNECT that ends at this proxy.
//
// A seeker is never served at once, so that whoever hears of its connection is not inside acquire(). A connection that was
// made for a seeker that has left waits for the next one.
class TcpPool final : public Pool {
 public:
  TcpPool(Cluster& cluster, uint32_t host);
  ~TcpPool() override;

  Acquired acquire(StreamSeeker& seeker) override;

 private:
  friend class TcpClient;
  // What clients report: connected; the end of the stream that they carry; their own end (see Pool::onClientEnded).
  void onConnected(TcpClient& client);
  void onStreamEnded();
  void onClosed(TcpClient& client, bool failed, ResetReason reason, std::string_view transportFailure);

  bool hasReady() override { return !ready_.empty(); }
  UpstreamStream* attachReady(StreamSeeker& seeker) override;
  uint64_t roomToCome() const override { return waitingClients_; }
  void connect() override;
  void closeAll() override;
  void serve() { servePending(); }

  IntrusiveList<TcpClient> connecting_;
  IntrusiveList<TcpClient> ready_;
  IntrusiveList<TcpClient> busy_;
  uint64_t waitingClients_ = 0;  // connecting or ready
  io::Task serveTask_;
};

}  // namespace orrery::upstream
