#pragma once

#include <memory>

#include "proxy/io/listener.h"
#include "proxy/io/socket_options.h"
#include "proxy/io/timer.h"
#include "proxy/io_asio/edge_source.h"
#include "proxy/io_asio/fd.h"

namespace orrery::io_asio {

class RealDispatcher;

class RealListenSocket final : public io::ListenSocket {
 public:
  RealListenSocket(Fd fd, io::Address local) : fd_(std::move(fd)), local_(std::move(local)) {}
  const io::Address& localAddress() const override { return local_; }
  int descriptor() const { return fd_.get(); }

 private:
  Fd fd_;
  io::Address local_;
};

// Accepts until the kernel has no more. When descriptors (or memory) have run out, the connection stays in the kernel's
// queue, where no further edge announces it: the listener says so once and looks again after kRetry. Accepting is paused
// by setInterest(0), also from inside onAccept().
class RealListener final : public io::Listener, public EdgeSource {
 public:
  static constexpr Duration kRetry = Duration::milliseconds(100);

  RealListener(RealDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket, io::ListenerCallbacks& callbacks);
  ~RealListener() override;

  void onEdge(uint32_t epollEvents) override { noteEdge(readyBitsOf(epollEvents)); }

 private:
  void deliver(uint8_t bits) override;
  // Handles a failed accept4(); false if the loop is to end. May destroy the listener.
  bool afterError(int error);
  std::unique_ptr<io::Stream> makeStream(Fd fd, const io::Address& peer);
  void retry();

  RealDispatcher& real_;
  std::shared_ptr<RealListenSocket> socket_;
  io::ListenerCallbacks& callbacks_;
  io::Timer retryTimer_;
  bool* destroyed_ = nullptr;  // set while callbacks are made
};

std::unique_ptr<io::Listener> newListener(RealDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                                          io::ListenerCallbacks& callbacks);

}  // namespace orrery::io_asio
