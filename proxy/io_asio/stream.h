#pragma once

#include <expected>
#include <memory>

#include "proxy/io/socket_options.h"
#include "proxy/io/stream.h"
#include "proxy/io_asio/edge_source.h"
#include "proxy/io_asio/fd.h"

namespace orrery::io_asio {

class RealDispatcher;

// A connected (or connecting) socket.
//
// A bit is cleared when a call would block, and when one moved less than asked: the kernel has no more then (epoll(7)),
// and what comes later makes a new edge. Not after the peer's FIN or an error, which a short read leaves to be read; nor once
// the peer has sent urgent data, before which reads end (tcp(7); the byte itself is left out, SO_OOBINLINE being off).
class RealStream final : public io::Stream, public EdgeSource {
 public:
  RealStream(RealDispatcher& dispatcher, Fd fd, io::Address local, io::Address peer);
  ~RealStream() override;
  // Registers with the dispatcher. To be called once; nothing is delivered before.
  io::IoError start();

  io::IoResult read(std::span<const io::MutableSlice> into) override;
  io::IoResult peek(io::MutableSlice into) override;
  io::IoResult write(std::span<const io::ConstSlice> from) override;
  void shutdownWrite() override;
  void close() override;
  void abort() override;
  io::IoError takeError() override;
  const io::Address& localAddress() const override { return local_; }
  const io::Address& peerAddress() const override { return peer_; }
  io::Address originalDestination() const override;
  io::StreamInfo info() const override;
  std::unique_ptr<io::StreamHandle> release() override;

  void onEdge(uint32_t epollEvents) override {
    if ((epollEvents & EPOLLPRI) != 0) [[unlikely]]
      urgent_ = true;
    noteEdge(readyBitsOf(epollEvents));
  }
  // For tests of this folder.
  int descriptor() const { return fd_.get(); }

 private:
  io::IoResult failed(int error, uint8_t direction);

  Fd fd_;
  io::Address local_;
  io::Address peer_;
  bool urgent_ = false;  // urgent data was announced
};

std::expected<std::unique_ptr<io::Stream>, io::IoError> connectStream(RealDispatcher& dispatcher, const io::Address& to,
                                                                      const io::SocketOptions& options);
std::unique_ptr<io::Stream> adoptStream(RealDispatcher& dispatcher, std::unique_ptr<io::StreamHandle> handle);

}  // namespace orrery::io_asio
