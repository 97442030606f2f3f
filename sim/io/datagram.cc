#include "sim/io/datagram.h"

#include "sim/core/race_detector.h"
#include "sim/io/convert.h"
#include "sim/io/dispatcher.h"

namespace orrery::sim {

using io::IoError;
using io::IoResult;

SimDatagram::SimDatagram(SimDispatcher& dispatcher, std::unique_ptr<UdpSocket> socket)
    : Datagram(dispatcher), sim_(dispatcher), socket_(std::move(socket)), local_(addressOf(socket_->local())) {
  entity_ = socket_->id();
  socket_->setWatcher(this);
  onEdge(socket_->poll());
}

SimDatagram::~SimDatagram() = default;

void SimDatagram::onEdge(uint8_t pollBits) {
  const SimulatorCode scope;
  noteEdge(readyBitsOf(pollBits));
  sim_.wakeUp();
}

IoResult SimDatagram::read(std::span<io::DatagramSlot> slots) {
  const SimulatorCode scope;
  size_t done = 0;
  for (io::DatagramSlot& slot : slots) {
    const auto r = socket_->receive(slot.data.data, slot.data.size);
    if (!r) {
      if (r.error() == SockError::kAgain) clear(io::kReadable);
      if (done == 0) return {0, ioErrorOf(r.error())};
      break;
    }
    slot.data.size = r->size;
    slot.peer = addressOf(r->from);
    slot.truncated = r->truncated;
    ++done;
  }
  return {done, IoError::kNone};
}

IoResult SimDatagram::write(std::span<const io::DatagramSlot> slots) {
  const SimulatorCode scope;
  size_t done = 0;
  for (const io::DatagramSlot& slot : slots) {
    const auto to = endpointOf(slot.peer);
    const SockError e = to ? socket_->send(slot.data.data, slot.data.size, *to) : SockError::kInvalid;
    if (e != SockError::kNone) {
      if (done == 0) return {0, ioErrorOf(e)};
      break;
    }
    ++done;
  }
  return {done, IoError::kNone};
}

std::expected<std::unique_ptr<io::Datagram>, IoError> bindDatagram(SimDispatcher& dispatcher, const io::Address& at,
                                                                   EntityId id) {
  const SimulatorCode scope;
  const auto endpoint = endpointOf(at);
  if (!endpoint) return std::unexpected(IoError::kAddressNotAvailable);
  auto socket = dispatcher.host().udp().bind(*endpoint, id);
  if (!socket) return std::unexpected(ioErrorOf(socket.error()));
  return std::make_unique<SimDatagram>(dispatcher, std::move(*socket));
}

}  // namespace orrery::sim
