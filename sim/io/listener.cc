#include "sim/io/listener.h"

#include <utility>

#include "sim/core/race_detector.h"
#include "sim/io/convert.h"
#include "sim/io/dispatcher.h"
#include "sim/io/stream.h"

namespace orrery::sim {

SimListenSocket::SimListenSocket(std::unique_ptr<ListeningSocket> socket)
    : socket_(std::move(socket)), local_(addressOf(socket_->local())) {}

// The last of the workers that share it.
SimListenSocket::~SimListenSocket() {
  const SimulatorCode scope;
  socket_.reset();
}

SimListener::SimListener(SimDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                         io::ListenerCallbacks& callbacks)
    : Listener(dispatcher),
      sim_(dispatcher),
      socket_(std::static_pointer_cast<SimListenSocket>(std::move(socket))),
      callbacks_(callbacks) {
  const SimulatorCode scope;
  static constexpr Name kListener("listener");
  Run& run = dispatcher.world();
  entity_ = run.names().childKept(dispatcher.id(), kListener, socket_->localAddress().port());
  socket_->socket().addWatcher(*this);
  if (const uint8_t ready = socket_->socket().poll(); ready != 0) onEdge(ready);
  setInterest(io::kReadable);
}

SimListener::~SimListener() {
  const SimulatorCode scope;
  socket_->socket().removeWatcher(*this);
  if (destroyed_ != nullptr) *destroyed_ = true;
}

void SimListener::onEdge(uint8_t pollBits) {
  const SimulatorCode scope;
  noteEdge(readyBitsOf(pollBits));
  sim_.wakeUp();
}

void SimListener::deliver(uint8_t /*bits*/) {
  bool destroyed = false;
  destroyed_ = &destroyed;
  while (interest() != 0) {
    if (sim_.host().callsTroubled() && outOfDescriptors()) [[unlikely]] {
      if (destroyed) return;
      break;
    }
    auto stream = acceptOne();
    if (stream == nullptr) break;
    callbacks_.onAccept(std::move(stream));
    if (destroyed) return;
  }
  destroyed_ = nullptr;
}

bool SimListener::outOfDescriptors() {
  {
    const SimulatorCode scope;
    if (socket_->socket().waiting() == 0) return false;
    const CallVerdict v = sim_.host().judgeCall({SocketCall::Kind::kAccept, socket_->socket().local(), {}});
    if (v.error == SockError::kNone) return false;
    clear(io::kReadable | io::kError);
  }
  if (retryTimer_ == nullptr) {
    retryTimer_ =
        std::make_unique<io::Timer>(sim_, io::TimerKind::kAcceptRetry, Delegate<void()>::to<&SimListener::retry>(this));
  }
  retryTimer_->arm(kRetry);
  callbacks_.onAcceptError(io::IoError::kTooManyFiles);
  return true;
}

std::unique_ptr<io::Stream> SimListener::acceptOne() {
  const SimulatorCode scope;
  Socket* accepted = socket_->socket().accept();
  if (accepted == nullptr) {
    clear(io::kReadable | io::kError);
    return nullptr;
  }
  sim_.world().progress();
  sim_.charge(0);
  sim_.setCause(accepted->id());  // what the server makes for it is named after it
  auto stream = std::make_unique<SimStream>(sim_, *accepted);
  stream->start();
  return stream;
}

std::unique_ptr<io::Listener> newListener(SimDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                                          io::ListenerCallbacks& callbacks) {
  return std::make_unique<SimListener>(dispatcher, std::move(socket), callbacks);
}

}  // namespace orrery::sim
