#include "sim/io/stream.h"

#include <algorithm>

#include "proxy/base/assert.h"
#include "sim/core/race_detector.h"
#include "sim/io/convert.h"
#include "sim/io/dispatcher.h"
#include "sim/net/host.h"
#include "sim/net/net.h"

namespace orrery::sim {

using io::IoError;
using io::IoResult;

namespace {

class SimStreamHandle final : public io::StreamHandle {
 public:
  SimStreamHandle(Socket& s, bool m) : socket(&s), mapped(m) {}
  ~SimStreamHandle() override {
    if (socket != nullptr) socket->close(false);
  }
  Socket* socket;
  bool mapped;
};

// The checks know that it was tried.
std::unexpected<IoError> connectFailed(SimDispatcher& dispatcher, Endpoint to, SockError error) {
  Host& host = dispatcher.host();
  host.net().ledger().failedConnects.push_back({host.addresses().front(), to, dispatcher.world().now()});
  return std::unexpected(ioErrorOf(error));
}

template <class Slice>
size_t total(std::span<const Slice> slices) {
  size_t n = 0;
  for (const Slice& s : slices) n += s.size;
  return n;
}

}  // namespace

// An edge that a host's rule owes a socket.
struct SimStream::LateEdge {
  explicit LateEdge(SimStream& s) : stream(s) {}
  ~LateEdge() { stream.sim_.world().queue().cancel(event); }
  void fire() {
    if (stream.socket_ != nullptr) stream.onEdge(stream.socket_->poll());
  }
  SimStream& stream;
  Event event{Delegate<void()>::to<&LateEdge::fire>(this)};
};

SimStream::SimStream(SimDispatcher& dispatcher, Socket& socket, bool mapped)
    : Stream(dispatcher),
      sim_(dispatcher),
      socket_(&socket),
      mapped_(mapped),
      local_(mapped ? ipv6AddressOf(socket.local()) : addressOf(socket.local())),
      peer_(mapped ? ipv6AddressOf(socket.peer()) : addressOf(socket.peer())) {
  entity_ = socket.id();
  sim_.host().descriptorOpened();
}

SimStream::~SimStream() {
  const SimulatorCode scope;
  sim_.host().descriptorClosed();
  if (socket_ != nullptr) socket_->close(false);
}

void SimStream::start() {
  const SimulatorCode scope;
  socket_->setWatcher(this);
  // As EPOLL_CTL_ADD: what is ready already is reported.
  if (const uint8_t ready = socket_->poll(); ready != 0) onEdge(ready);
}

void SimStream::onEdge(uint8_t pollBits) {
  noteEdge(readyBitsOf(pollBits));
  sim_.wakeUp();
}

std::optional<size_t> SimStream::allowed(SocketCall::Kind kind, size_t asked, IoResult& refusal) {
  const uint8_t direction = kind == SocketCall::Kind::kRead ? io::kReadable : io::kWritable;
  // Only what could be carried out is made to fail: the end of the stream, errors and full buffers are told as they are.
  const bool could = kind == SocketCall::Kind::kRead ? socket_->unread() > 0 : (socket_->poll() & kPollOut) != 0;
  if (!could) return asked;
  const CallVerdict v = sim_.host().judgeCall({kind, socket_->local(), socket_->peer(), asked});
  if (v.error == SockError::kNone) return std::min(asked, std::max<size_t>(v.atMost, 1));
  if (lateEdge_ == nullptr) lateEdge_ = std::make_unique<LateEdge>(*this);
  Run& run = sim_.world();
  run.queue().file(lateEdge_->event, (run.now() + v.readyAfter).inNanoseconds(), true);
  refusal = failed(v.error, direction);
  return std::nullopt;
}

bool SimStream::usedAfterClose(std::string_view call) const {
  if (socket_ != nullptr) [[likely]]
    return false;
  sim_.world().fail("use-after-close", entity_,
                    std::string(call) + "() on the stream from " + local_.text() + " to " + peer_.text() +
                        ", which was closed before");
  return true;
}

IoResult SimStream::read(std::span<const io::MutableSlice> into) {
  const SimulatorCode scope;
  if (usedAfterClose("read")) return {0, IoError::kOther};
  size_t asked = total(into);
  ORRERY_ASSERT(asked > 0, "a read without room could not tell the end of the stream");
  if (sim_.host().callsTroubled()) [[unlikely]] {
    IoResult refusal{0, IoError::kNone};
    const auto may = allowed(SocketCall::Kind::kRead, asked, refusal);
    if (!may) return refusal;
    asked = *may;
  }
  const SockResult r = socket_->readStart(asked);
  sim_.charge(r.bytes);
  if (r.error != SockError::kNone) return failed(r.error, io::kReadable);
  size_t left = r.bytes;
  for (const io::MutableSlice& s : into) {
    if (left == 0) break;
    const size_t n = std::min(left, s.size);
    if (n == 0) continue;
    socket_->take(s.data, n);
    left -= n;
  }
  if (r.bytes > 0) {
    socket_->readDone();
    if (r.bytes < asked && socket_->unread() == 0 && (readyBits() & (io::kPeerClosed | io::kError)) == 0) {
      clear(io::kReadable);
    }
  }
  return {r.bytes, IoError::kNone};
}

IoResult SimStream::peek(io::MutableSlice into) {
  const SimulatorCode scope;
  if (usedAfterClose("peek")) return {0, IoError::kOther};
  ORRERY_ASSERT(into.size > 0, "a read without room could not tell the end of the stream");
  const SockResult r = socket_->peek(into.data, into.size);
  if (r.error != SockError::kNone) return failed(r.error, io::kReadable);
  return {r.bytes, IoError::kNone};
}

IoResult SimStream::write(std::span<const io::ConstSlice> from) {
  const SimulatorCode scope;
  if (usedAfterClose("write")) return {0, IoError::kOther};
  size_t asked = total(from);
  if (asked > 0 && sim_.host().callsTroubled()) [[unlikely]] {
    IoResult refusal{0, IoError::kNone};
    const auto may = allowed(SocketCall::Kind::kWrite, asked, refusal);
    if (!may) return refusal;
    asked = *may;
  }
  const SockResult r = socket_->writeStart(asked);
  sim_.charge(r.bytes);
  if (r.error != SockError::kNone) return failed(r.error, io::kWritable);
  size_t left = r.bytes;
  for (const io::ConstSlice& s : from) {
    if (left == 0) break;
    const size_t n = std::min(left, s.size);
    if (n == 0) continue;
    socket_->put(s.data, n, left);
    left -= n;
  }
  if (r.bytes < asked && socket_->awaitsSpace()) clear(io::kWritable);
  if (r.bytes > 0) socket_->writeDone();
  return {r.bytes, IoError::kNone};
}

// The kernel gives each pending error once, so what a call returned is not pending any more.
IoResult SimStream::failed(SockError error, uint8_t direction) {
  const IoError e = ioErrorOf(error);
  clear(e == IoError::kWouldBlock ? direction : static_cast<uint8_t>(io::kError));
  return {0, e};
}

void SimStream::shutdownWrite() {
  const SimulatorCode scope;
  if (usedAfterClose("shutdownWrite")) return;
  socket_->shutdownWrite();
}

void SimStream::end(bool abort) {
  const SimulatorCode scope;
  if (usedAfterClose(abort ? "abort" : "close")) return;
  setInterest(0);
  setCallbacks(nullptr);
  std::exchange(socket_, nullptr)->close(abort);
}

IoError SimStream::takeError() {
  const SimulatorCode scope;
  if (usedAfterClose("takeError")) return IoError::kOther;
  clear(io::kError);
  return ioErrorOf(socket_->takeError());
}

io::StreamInfo SimStream::info() const {
  const SimulatorCode scope;
  if (usedAfterClose("info")) return {};
  io::StreamInfo i;
  i.smoothedRtt = socket_->roundTrip();
  i.state = tcpStateName(socket_->state());
  return i;
}

std::unique_ptr<io::StreamHandle> SimStream::release() {
  const SimulatorCode scope;
  ORRERY_ASSERT(socket_ != nullptr, "a stream that is closed cannot go to another dispatcher");
  setInterest(0);
  setCallbacks(nullptr);
  Socket* s = std::exchange(socket_, nullptr);
  s->setWatcher(nullptr);
  return std::make_unique<SimStreamHandle>(*s, mapped_);
}

std::expected<std::unique_ptr<io::Stream>, IoError> connectStream(SimDispatcher& dispatcher, const io::Address& to,
                                                                  const io::SocketOptions& options, EntityId id) {
  const SimulatorCode scope;
  const auto endpoint = endpointOf(to);
  const bool ipv6 = to.kind() == io::Address::Kind::kIpv6;
  // What the simulated network has no number for, nobody has a route to.
  if (!endpoint) return std::unexpected(ipv6 ? IoError::kNetworkUnreachable : IoError::kAddressNotAvailable);
  std::optional<Endpoint> bind;
  if (options.bind) {
    bind = endpointOf(*options.bind);
    if (!bind) return std::unexpected(IoError::kAddressNotAvailable);
    // Of another family than the socket: EINVAL to an IPv6 socket, EAFNOSUPPORT to an IPv4 one.
    if (options.bind->kind() != to.kind()) return std::unexpected(ipv6 ? IoError::kInvalid : IoError::kOther);
  }
  if (dispatcher.host().callsTroubled()) [[unlikely]] {
    const CallVerdict v =
        dispatcher.host().judgeCall({SocketCall::Kind::kConnect, bind.value_or(Endpoint{}), *endpoint});
    if (v.error != SockError::kNone) return connectFailed(dispatcher, *endpoint, v.error);
  }
  auto socket = dispatcher.host().tcp().connect(*endpoint, bind, parametersOf(options), id);
  if (!socket) return connectFailed(dispatcher, *endpoint, socket.error());
  auto stream = std::make_unique<SimStream>(dispatcher, **socket, ipv6 && !endpoint->isIpv6());
  stream->start();
  return stream;
}

std::unique_ptr<io::Stream> adoptStream(SimDispatcher& dispatcher, std::unique_ptr<io::StreamHandle> handle) {
  const SimulatorCode scope;
  auto& h = static_cast<SimStreamHandle&>(*handle);
  auto stream = std::make_unique<SimStream>(dispatcher, *std::exchange(h.socket, nullptr), h.mapped);
  stream->start();
  return stream;
}

}  // namespace orrery::sim
