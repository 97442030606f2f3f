#pragma once

#include <memory>

#include "proxy/io/listener.h"
#include "proxy/io/timer.h"
#include "sim/net/listening_socket.h"

namespace orrery::sim {

class SimDispatcher;

class SimListenSocket final : public io::ListenSocket {
 public:
  explicit SimListenSocket(std::unique_ptr<ListeningSocket> socket);
  ~SimListenSocket() override;
  const io::Address& localAddress() const override { return local_; }
  ListeningSocket& socket() { return *socket_; }

 private:
  std::unique_ptr<ListeningSocket> socket_;
  io::Address local_;
};

// Accepts everything that waits, per readiness event. When the host has no descriptor left, the connection stays in the
// queue, where no further edge announces it: as io_asio, it says so once and looks again after kRetry.
class SimListener final : public io::Listener, public SocketWatcher {
 public:
  static constexpr Duration kRetry = Duration::milliseconds(100);

  SimListener(SimDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket, io::ListenerCallbacks& callbacks);
  ~SimListener() override;
  void onEdge(uint8_t pollBits) override;

 private:
  void deliver(uint8_t bits) override;
  std::unique_ptr<io::Stream> acceptOne();
  // Nothing can be accepted now; the owner has been told.
  bool outOfDescriptors();
  void retry() { noteEdge(io::kReadable); }

  SimDispatcher& sim_;
  std::shared_ptr<SimListenSocket> socket_;
  io::ListenerCallbacks& callbacks_;
  std::unique_ptr<io::Timer> retryTimer_;
  bool* destroyed_ = nullptr;  // set while callbacks run
};

std::unique_ptr<io::Listener> newListener(SimDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                                          io::ListenerCallbacks& callbacks);

}  // namespace orrery::sim
