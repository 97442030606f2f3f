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
  sim_.host().descriptorOpened();
  socket_->setWatcher(this);
  onEdge(socket_->poll());
}

SimDatagram::~SimDatagram() { sim_.host().descriptorClosed(); }

IoError SimDatagram::connect(const io::Address& peer) {
  const auto to = endpointOf(peer);
  if (!to) return IoError::kNetworkUnreachable;
  return ioErrorOf(socket_->connect(*to));
}

// The kernel gives each pending error once, so what a call returned is not pending any more.
IoResult SimDatagram::failed(SockError error, uint8_t direction) {
  clear(error == SockError::kAgain ? direction : static_cast<uint8_t>(io::kError));
  return {0, ioErrorOf(error)};
}

IoError SimDatagram::takeError() {
  const SimulatorCode scope;
  clear(io::kError);
  return ioErrorOf(socket_->takeError());
}

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
      if (done == 0) return failed(r.error(), io::kReadable);
      if (r.error() == SockError::kAgain) clear(io::kReadable);
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
    const SockError e = to ? socket_->send(slot.data.data, slot.data.size, *to) : SockError::kNetUnreach;
    if (e != SockError::kNone) {
      if (done == 0) return failed(e, io::kWritable);
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
  if (dispatcher.host().callsTroubled()) [[unlikely]] {
    const CallVerdict v = dispatcher.host().judgeCall({SocketCall::Kind::kOpenDatagram, *endpoint, {}});
    if (v.error != SockError::kNone) return std::unexpected(ioErrorOf(v.error));
  }
  auto socket = dispatcher.host().udp().bind(*endpoint, id);
  if (!socket) return std::unexpected(ioErrorOf(socket.error()));
  return std::make_unique<SimDatagram>(dispatcher, std::move(*socket));
}

}  // namespace orrery::sim
