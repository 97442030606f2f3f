#pragma once

#include <expected>
#include <memory>

#include "proxy/io/datagram.h"
#include "proxy/io_asio/edge_source.h"
#include "proxy/io_asio/fd.h"

namespace orrery::io_asio {

class RealDispatcher;

// A UDP (or unix datagram) socket. Bounds: one call moves at most 64 datagrams.
class RealDatagram final : public io::Datagram, public EdgeSource {
 public:
  RealDatagram(RealDispatcher& dispatcher, Fd fd, io::Address local);
  io::IoError start();

  io::IoError connect(const io::Address& peer) override;
  io::IoResult read(std::span<io::DatagramSlot> slots) override;
  io::IoResult write(std::span<const io::DatagramSlot> slots) override;
  io::IoError takeError() override;
  const io::Address& localAddress() const override { return local_; }

  void onEdge(uint32_t epollEvents) override { noteEdge(readyBitsOf(epollEvents)); }

 private:
  io::IoResult failed(int error, uint8_t direction);

  RealDispatcher& real_;
  Fd fd_;
  io::Address local_;
};

std::expected<std::unique_ptr<io::Datagram>, io::IoError> bindDatagram(RealDispatcher& dispatcher,
                                                                       const io::Address& at);

}  // namespace orrery::io_asio
