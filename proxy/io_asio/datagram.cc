#include "proxy/io_asio/datagram.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io_asio/dispatcher.h"
#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/raw_address.h"
#include "proxy/io_asio/socket_options.h"

namespace orrery::io_asio {

using io::IoError;
using io::IoResult;

namespace {
constexpr size_t kMaxDatagrams = 64;
}

RealDatagram::RealDatagram(RealDispatcher& dispatcher, Fd fd, io::Address local)
    : Datagram(dispatcher), real_(dispatcher), fd_(std::move(fd)), local_(std::move(local)) {}

IoError RealDatagram::start() { return real_.watch(fd_.get(), *this); }

IoError RealDatagram::connect(const io::Address& peer) {
  const auto raw = toRaw(peer);
  if (!raw) return IoError::kInvalid;
  return ::connect(fd_.get(), raw->get(), raw->size) == 0 ? IoError::kNone : ioErrorOf(errno);
}

IoResult RealDatagram::read(std::span<io::DatagramSlot> slots) {
  ORRERY_ASSERT(!slots.empty(), "a read needs a slot");
  const size_t count = std::min(slots.size(), kMaxDatagrams);
  std::array<mmsghdr, kMaxDatagrams> messages;
  std::array<iovec, kMaxDatagrams> vectors;
  std::array<RawAddress, kMaxDatagrams> peers;
  for (size_t i = 0; i < count; ++i) {
    vectors[i] = {slots[i].data.data, slots[i].data.size};
    messages[i] = {};
    messages[i].msg_hdr.msg_name = peers[i].get();
    messages[i].msg_hdr.msg_namelen = peers[i].size;
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int n = ::recvmmsg(fd_.get(), messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
  if (n < 0) return failed(errno, io::kReadable);
  const auto got = static_cast<size_t>(n);
  for (size_t i = 0; i < got; ++i) {
    slots[i].data.size = messages[i].msg_len;
    slots[i].truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    peers[i].size = messages[i].msg_hdr.msg_namelen;
    slots[i].peer = fromRaw(peers[i]);
  }
  // Fewer than asked: nothing more was there, or an error was met, which has its own edge and its own bit.
  if (got < count) clear(io::kReadable);
  return {got, IoError::kNone};
}

IoResult RealDatagram::write(std::span<const io::DatagramSlot> slots) {
  const size_t count = std::min(slots.size(), kMaxDatagrams);
  std::array<mmsghdr, kMaxDatagrams> messages;
  std::array<iovec, kMaxDatagrams> vectors;
  std::array<RawAddress, kMaxDatagrams> peers;
  for (size_t i = 0; i < count; ++i) {
    const auto raw = toRaw(slots[i].peer);
    if (!raw) return {0, IoError::kInvalid};
    peers[i] = *raw;
    vectors[i] = {slots[i].data.data, slots[i].data.size};
    messages[i] = {};
    messages[i].msg_hdr.msg_name = peers[i].get();
    messages[i].msg_hdr.msg_namelen = peers[i].size;
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int n = ::sendmmsg(fd_.get(), messages.data(), static_cast<unsigned>(count), MSG_NOSIGNAL);
  if (n < 0) return failed(errno, io::kWritable);
  // A short count does not say why (no room, or a datagram that is refused): the next call does.
  return {static_cast<size_t>(n), IoError::kNone};
}

IoResult RealDatagram::failed(int error, uint8_t direction) {
  const IoError e = ioErrorOf(error);
  clear(e == IoError::kWouldBlock ? direction : static_cast<uint8_t>(io::kError));
  return {0, e};
}

IoError RealDatagram::takeError() {
  clear(io::kError);
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return ioErrorOf(errno);
  return ioErrorOf(error);
}

std::expected<std::unique_ptr<io::Datagram>, IoError> bindDatagram(RealDispatcher& dispatcher, const io::Address& at) {
  const auto raw = toRaw(at);
  if (!raw) return std::unexpected(IoError::kInvalid);
  Fd fd(::socket(familyOf(at), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(ioErrorOf(errno));
  if (at.kind() == io::Address::Kind::kIpv6) setIntOption(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (::bind(fd.get(), raw->get(), raw->size) != 0) return std::unexpected(ioErrorOf(errno));
  io::Address local = at.isIp() && at.port() == 0 ? localAddressOf(fd.get()) : at;
  auto datagram = std::make_unique<RealDatagram>(dispatcher, std::move(fd), std::move(local));
  if (const IoError e = datagram->start(); e != IoError::kNone) return std::unexpected(e);
  return datagram;
}

}  // namespace orrery::io_asio
