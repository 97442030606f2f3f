#include "proxy/io_asio/stream.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io_asio/dispatcher.h"
#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/raw_address.h"
#include "proxy/io_asio/socket_options.h"
#include "proxy/io_asio/tcp_info.h"

namespace orrery::io_asio {

using io::IoError;
using io::IoResult;

namespace {

constexpr size_t kMaxSlices = 64;  // further ones wait for the next call, like any rest of a short read or write

struct Vectors {
  std::array<iovec, kMaxSlices> at;
  size_t count = 0;
  size_t bytes = 0;

  template <class Slice>
  explicit Vectors(std::span<const Slice> slices) {
    for (const Slice& s : slices.first(std::min(slices.size(), kMaxSlices))) {
      at[count++] = {const_cast<char*>(s.data), s.size};
      bytes += s.size;
    }
  }
};

class RealStreamHandle final : public io::StreamHandle {
 public:
  RealStreamHandle(Fd f, io::Address l, io::Address p) : fd(std::move(f)), local(std::move(l)), peer(std::move(p)) {}
  Fd fd;
  io::Address local;
  io::Address peer;
};

}  // namespace

RealStream::RealStream(RealDispatcher& dispatcher, Fd fd, io::Address local, io::Address peer)
    : Stream(dispatcher), fd_(std::move(fd)), local_(std::move(local)), peer_(std::move(peer)) {}

RealStream::~RealStream() = default;

IoError RealStream::start() { return static_cast<RealDispatcher*>(dispatcher_)->watch(fd_.get(), *this); }

IoResult RealStream::read(std::span<const io::MutableSlice> into) {
  ssize_t n;
  size_t asked;
  if (into.size() == 1) {
    asked = into[0].size;
    n = ::recv(fd_.get(), into[0].data, asked, 0);
  } else {
    const Vectors v(into);
    asked = v.bytes;
    n = ::readv(fd_.get(), v.at.data(), static_cast<int>(v.count));
  }
  ORRERY_ASSERT(asked > 0, "a read without room could not tell the end of the stream");
  if (n < 0) return failed(errno, io::kReadable);
  const bool more = urgent_ || (readyBits() & (io::kPeerClosed | io::kError)) != 0;
  if (n > 0 && static_cast<size_t>(n) < asked && !more) clear(io::kReadable);
  return {static_cast<size_t>(n), IoError::kNone};
}

IoResult RealStream::peek(io::MutableSlice into) {
  ORRERY_ASSERT(into.size > 0, "a read without room could not tell the end of the stream");
  const ssize_t n = ::recv(fd_.get(), into.data, into.size, MSG_PEEK);
  if (n < 0) return failed(errno, io::kReadable);
  return {static_cast<size_t>(n), IoError::kNone};
}

IoResult RealStream::write(std::span<const io::ConstSlice> from) {
  // MSG_NOSIGNAL: a broken pipe is a result, whatever the program does with SIGPIPE.
  ssize_t n;
  size_t asked;
  if (from.size() == 1) {
    asked = from[0].size;
    n = ::send(fd_.get(), from[0].data, asked, MSG_NOSIGNAL);
  } else {
    Vectors v(from);
    asked = v.bytes;
    msghdr message{};
    message.msg_iov = v.at.data();
    message.msg_iovlen = v.count;
    n = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  }
  if (n < 0) return failed(errno, io::kWritable);
  if (static_cast<size_t>(n) < asked) clear(io::kWritable);
  return {static_cast<size_t>(n), IoError::kNone};
}

// The kernel gives each pending error once, so what a call returned is not pending any more.
IoResult RealStream::failed(int error, uint8_t direction) {
  const IoError e = ioErrorOf(error);
  clear(e == IoError::kWouldBlock ? direction : static_cast<uint8_t>(io::kError));
  return {0, e};
}

void RealStream::shutdownWrite() { ::shutdown(fd_.get(), SHUT_WR); }

void RealStream::close() {
  setInterest(0);
  setCallbacks(nullptr);
  fd_.reset();  // also leaves the epoll set
}

void RealStream::abort() {
  const linger reset{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  close();
}

IoError RealStream::takeError() {
  clear(io::kError);
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return ioErrorOf(errno);
  return ioErrorOf(error);
}

io::Address RealStream::originalDestination() const {
  constexpr int kSoOriginalDst = 80;  // linux/netfilter_ipv4.h and linux/netfilter_ipv6/ip6_tables.h, one value
  if (!local_.isIp()) return local_;
  RawAddress raw;
  const int level = local_.kind() == io::Address::Kind::kIpv6 ? IPPROTO_IPV6 : IPPROTO_IP;
  if (::getsockopt(fd_.get(), level, kSoOriginalDst, raw.get(), &raw.size) != 0) return local_;
  return fromRaw(raw);
}

io::StreamInfo RealStream::info() const { return tcpInfo(fd_.get()); }

std::unique_ptr<io::StreamHandle> RealStream::release() {
  setInterest(0);
  setCallbacks(nullptr);
  static_cast<RealDispatcher*>(dispatcher_)->unwatch(fd_.get());
  return std::make_unique<RealStreamHandle>(std::move(fd_), local_, peer_);
}

std::expected<std::unique_ptr<io::Stream>, IoError> connectStream(RealDispatcher& dispatcher, const io::Address& to,
                                                                  const io::SocketOptions& options) {
  const auto raw = toRaw(to);
  if (!raw) return std::unexpected(IoError::kInvalid);
  const int family = familyOf(to);
  Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(ioErrorOf(errno));
  if (const IoError e = applyOptions(fd.get(), family, options); e != IoError::kNone) return std::unexpected(e);
  if (options.bind) {
    if (const IoError e = bindForConnect(fd.get(), *options.bind); e != IoError::kNone) return std::unexpected(e);
  }
  if (::connect(fd.get(), raw->get(), raw->size) != 0 && errno != EINPROGRESS) {
    return std::unexpected(ioErrorOf(errno));
  }
  // Registered after connect(): a socket that has not begun to connect would report EPOLLHUP.
  io::Address local = localAddressOf(fd.get());
  auto stream = std::make_unique<RealStream>(dispatcher, std::move(fd), std::move(local), to);
  if (const IoError e = stream->start(); e != IoError::kNone) return std::unexpected(e);
  return stream;
}

std::unique_ptr<io::Stream> adoptStream(RealDispatcher& dispatcher, std::unique_ptr<io::StreamHandle> handle) {
  auto& h = static_cast<RealStreamHandle&>(*handle);
  auto stream = std::make_unique<RealStream>(dispatcher, std::move(h.fd), std::move(h.local), std::move(h.peer));
  if (stream->start() != IoError::kNone) {
    // The kernel has no memory to watch it. The owner sees a connection that has ended.
    ::shutdown(stream->descriptor(), SHUT_RDWR);
    stream->onEdge(EPOLLHUP);
  }
  return stream;
}

}  // namespace orrery::io_asio
