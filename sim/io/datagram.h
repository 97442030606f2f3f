#pragma once

#include <expected>
#include <memory>

#include "proxy/io/datagram.h"
#include "sim/core/entity.h"
#include "sim/net/udp.h"

namespace orrery::sim {

class SimDispatcher;

class SimDatagram final : public io::Datagram, public SocketWatcher {
 public:
  SimDatagram(SimDispatcher& dispatcher, std::unique_ptr<UdpSocket> socket);
  ~SimDatagram() override;
  void onEdge(uint8_t pollBits) override;

  io::IoError connect(const io::Address& peer) override;
  io::IoResult read(std::span<io::DatagramSlot> slots) override;
  io::IoResult write(std::span<const io::DatagramSlot> slots) override;
  io::IoError takeError() override;
  const io::Address& localAddress() const override { return local_; }

 private:
  io::IoResult failed(SockError error, uint8_t direction);

  SimDispatcher& sim_;
  std::unique_ptr<UdpSocket> socket_;
  io::Address local_;
};

std::expected<std::unique_ptr<io::Datagram>, io::IoError> bindDatagram(SimDispatcher& dispatcher, const io::Address& at,
                                                                       EntityId id);

}  // namespace orrery::sim
