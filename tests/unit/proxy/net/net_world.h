#pragma once

#include <memory>
#include <string>

#include "proxy/base/mark.h"
#include "proxy/events/sink.h"
#include "proxy/net/worker.h"
#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net.h"

namespace orrery::net {

// A worker on one simulated machine, and the clock that drives it. Links take 1 us, so that times in tests are round.
class NetWorld {
 public:
  explicit NetWorld(stats::Layout& layout, events::Sink* sink = nullptr);
  ~NetWorld();

  Worker& worker() { return worker_; }
  io::Environment& io() { return environment_.io(); }
  // For tests that put other machines beside this one; their environments die after finish().
  sim::Run& run() { return run_; }
  sim::Net& net() { return net_; }
  TimePoint now() { return run_.now(); }
  // Whether something here has taken that rare branch.
  bool took(Mark mark) { return run_.scheduler().marks()[static_cast<size_t>(mark)]; }
  // Lets time pass; everything that the test made since the loop last looked is seen.
  void pass(Duration d);
  std::shared_ptr<io::ListenSocket> openListener();
  void finish();

 private:
  class NoSink final : public events::Sink {};
  NoSink noSink_;
  sim::Pools pools_;
  sim::NetPools netPools_;
  sim::Ledger ledger_;
  sim::Run run_{pools_, {}};
  sim::Net net_{run_, netPools_, ledger_, {.latency = Duration::microseconds(1)}};
  sim::SimEnvironment environment_;
  Worker worker_;
  bool finished_ = false;
};

// A raw client or origin: sends what it is told, keeps what it gets and when the other side ended it.
class RawPeer final : private io::StreamCallbacks {
 public:
  RawPeer(NetWorld& world, std::unique_ptr<io::Stream> stream);
  static std::unique_ptr<RawPeer> connect(NetWorld& world, const io::Address& to);

  void send(std::string_view bytes);
  void sendFin() { stream_->shutdownWrite(); }
  void close() { stream_->close(); }
  void abort() { stream_->abort(); }
  // While off, bytes stay in the kernel and fill its window.
  void read(bool on) { stream_->setInterest(on ? io::kReadable : 0); }

  std::string take() { return std::exchange(received_, {}); }
  const std::string& received() const { return received_; }
  enum class End { kNone, kFin, kReset };
  End end() const { return end_; }
  // Since `from`, to the nearest millisecond: a segment takes a microsecond.
  Duration endedAfter(TimePoint from) const {
    return Duration::milliseconds((endedAt_ - from + Duration::microseconds(500)).inMilliseconds());
  }

 private:
  void onStreamReady(uint8_t bits) override;

  NetWorld& world_;
  std::unique_ptr<io::Stream> stream_;
  std::string received_;
  std::string unsent_;
  End end_ = End::kNone;
  TimePoint endedAt_;
};

std::ostream& operator<<(std::ostream& out, RawPeer::End end);

}  // namespace orrery::net
