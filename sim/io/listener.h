#pragma once

#include <memory>

#include "proxy/io/listener.h"
#include "sim/net/listening_socket.h"

namespace orrery::sim {

class SimDispatcher;

class SimListenSocket final : public io::ListenSocket {
 public:
  explicit SimListenSocket(std::unique_ptr<ListeningSocket> socket);
  const io::Address& localAddress() const override { return local_; }
  ListeningSocket& socket() { return *socket_; }

 private:
  std::unique_ptr<ListeningSocket> socket_;
  io::Address local_;
};

// Accepts everything that waits, per readiness event.
class SimListener final : public io::Listener, public SocketWatcher {
 public:
  SimListener(SimDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket, io::ListenerCallbacks& callbacks);
  ~SimListener() override;
  void onEdge(uint8_t pollBits) override;

 private:
  void deliver(uint8_t bits) override;
  std::unique_ptr<io::Stream> acceptOne();

  SimDispatcher& sim_;
  std::shared_ptr<SimListenSocket> socket_;
  io::ListenerCallbacks& callbacks_;
  bool* destroyed_ = nullptr;  // set while callbacks run
};

std::unique_ptr<io::Listener> newListener(SimDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                                          io::ListenerCallbacks& callbacks);

}  // namespace orrery::sim
