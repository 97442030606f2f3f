#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "proxy/io/socket_options.h"
#include "proxy/io/stream.h"
#include "sim/core/entity.h"
#include "sim/net/call_rule.h"
#include "sim/net/socket.h"

namespace orrery::sim {

class SimDispatcher;

// A connected (or connecting) simulated socket. Bits are cleared by the rules of io_asio's stream: when a call would block,
// and when one moved less than asked because the kernel had no more (not when a choice made it short: then no edge would
// come).
// A call behind close(), abort() or release() is a bug of the caller, which real sockets hide (EBADF) or turn into a read of
// another connection (a number used again): the run fails with check "use-after-close".
class SimStream final : public io::Stream, public SocketWatcher {
 public:
  // `mapped`: an IPv6 socket that talks IPv4 shows mapped addresses.
  SimStream(SimDispatcher& dispatcher, Socket& socket, bool mapped = false);
  ~SimStream() override;
  // Begins to watch. To be called once.
  void start();

  io::IoResult read(std::span<const io::MutableSlice> into) override;
  io::IoResult peek(io::MutableSlice into) override;
  io::IoResult write(std::span<const io::ConstSlice> from) override;
  void shutdownWrite() override;
  void close() override { end(false); }
  void abort() override { end(true); }
  io::IoError takeError() override;
  const io::Address& localAddress() const override { return local_; }
  const io::Address& peerAddress() const override { return peer_; }
  io::Address originalDestination() const override { return local_; }
  io::StreamInfo info() const override;
  std::unique_ptr<io::StreamHandle> release() override;

  void onEdge(uint8_t pollBits) override;
  // For checks and tests.
  Socket* socket() { return socket_; }

 private:
  struct LateEdge;
  io::IoResult failed(SockError error, uint8_t direction);
  // A rule of the host says how much a call may move; nothing: it has been answered with `refusal`.
  std::optional<size_t> allowed(SocketCall::Kind kind, size_t asked, io::IoResult& refusal);
  void end(bool abort);
  // True: it is closed, and the run has failed with the name of the call.
  bool usedAfterClose(std::string_view call) const;

  SimDispatcher& sim_;
  Socket* socket_;  // null once closed or released
  bool mapped_;
  io::Address local_;
  io::Address peer_;
  std::unique_ptr<LateEdge> lateEdge_;  // once a rule made a call would-block
};

std::expected<std::unique_ptr<io::Stream>, io::IoError> connectStream(SimDispatcher& dispatcher, const io::Address& to,
                                                                      const io::SocketOptions& options, EntityId id);
std::unique_ptr<io::Stream> adoptStream(SimDispatcher& dispatcher, std::unique_ptr<io::StreamHandle> handle);

}  // namespace orrery::sim
