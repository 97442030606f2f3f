#include "proxy/io_asio/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io_asio/dispatcher.h"
#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/raw_address.h"
#include "proxy/io_asio/stream.h"

namespace orrery::io_asio {

RealListener::RealListener(RealDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                           io::ListenerCallbacks& callbacks)
    : Listener(dispatcher),
      real_(dispatcher),
      socket_(std::static_pointer_cast<RealListenSocket>(std::move(socket))),
      callbacks_(callbacks),
      retryTimer_(dispatcher, io::TimerKind::kAcceptRetry, Delegate<void()>::to<&RealListener::retry>(this)) {
  const io::IoError e = real_.watch(socket_->descriptor(), *this);
  ORRERY_ASSERT(e == io::IoError::kNone, "one listener for each socket and dispatcher");
  setInterest(io::kReadable);
}

RealListener::~RealListener() {
  real_.unwatch(socket_->descriptor());  // the socket lives on
  if (destroyed_ != nullptr) *destroyed_ = true;
}

void RealListener::deliver(uint8_t /*bits*/) {
  bool destroyed = false;
  destroyed_ = &destroyed;
  while (interest() != 0) {
    RawAddress raw;
    Fd fd(::accept4(socket_->descriptor(), raw.get(), &raw.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      const bool goOn = afterError(errno);
      if (destroyed) return;
      if (!goOn) break;
      continue;
    }
    auto stream = makeStream(std::move(fd), fromRaw(raw));
    if (stream != nullptr) {
      callbacks_.onAccept(std::move(stream));
    } else {
      callbacks_.onAcceptError(io::IoError::kOther);  // the kernel has no memory to watch it; it was closed
    }
    if (destroyed) return;
  }
  destroyed_ = nullptr;
}

bool RealListener::afterError(int error) {
  switch (error) {
    case EAGAIN: clear(io::kReadable | io::kError); return false;
    // Errors of one connection that is gone already (accept(2), "Error handling").
    case EINTR:
    case ECONNABORTED:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EPERM:
    case ETIMEDOUT: return true;
    default:
      clear(io::kReadable | io::kError);
      retryTimer_.arm(kRetry);
      callbacks_.onAcceptError(ioErrorOf(error));
      return false;
  }
}

std::unique_ptr<io::Stream> RealListener::makeStream(Fd fd, const io::Address& peer) {
  const io::Address& bound = socket_->localAddress();
  io::Address local = bound.isAny() ? localAddressOf(fd.get()) : bound;
  auto stream = std::make_unique<RealStream>(real_, std::move(fd), std::move(local), peer);
  if (stream->start() != io::IoError::kNone) return nullptr;
  return stream;
}

void RealListener::retry() { noteEdge(io::kReadable); }

std::unique_ptr<io::Listener> newListener(RealDispatcher& dispatcher, std::shared_ptr<io::ListenSocket> socket,
                                          io::ListenerCallbacks& callbacks) {
  return std::make_unique<RealListener>(dispatcher, std::move(socket), callbacks);
}

}  // namespace orrery::io_asio
