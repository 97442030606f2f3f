// The slow timer of a socket: keepalive probes, and how long a closed one waits for the peer's FIN.

#include <algorithm>

#include "sim/net/net.h"
#include "sim/net/socket.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

void Socket::fileIdleTimer(Duration after) {
  Run& run = tcp_.net().run();
  run.queue().file(idleTimer_, (run.now() + std::max(after, Duration::milliseconds(1))).inNanoseconds(), false);
}

// After every change of options or state: files the timer if keepalive wants it. It is not moved when something is heard: it finds
// out itself that it is too early.
void Socket::watchIdle() {
  if (applicationClosed_ && state_ == TcpState::kFinWait2) return;  // the timer has its other use
  const bool wanted = parameters_.keepAlive && state_ != TcpState::kClosed && state_ != TcpState::kSynSent;
  if (!wanted) {
    tcp_.net().run().queue().cancel(idleTimer_);
    return;
  }
  const Duration idle = Duration::seconds(parameters_.keepIdleSeconds);
  const Duration heard = tcp_.net().run().now() - TimePoint::fromNanoseconds(lastHeardAt_);
  fileIdleTimer(idle - std::min(idle, heard));
}

// FIN-WAIT-2 without an application: tcp_fin_timeout or TCP_LINGER2 bound it.
void Socket::waitForFin() {
  if (parameters_.linger2Seconds < 0) {
    sendReset();
    finish(SockError::kNone);
    return;
  }
  const bool set = parameters_.linger2Seconds > 0;
  fileIdleTimer(set ? Duration::seconds(parameters_.linger2Seconds) : TcpTimes::kFinWait2);
}

// tcp_keepalive_timer() of Linux.
void Socket::onIdleTimer() {
  if (state_ == TcpState::kClosed) return;
  if (applicationClosed_ && state_ == TcpState::kFinWait2) {
    finish(SockError::kNone);
    return;
  }
  if (!parameters_.keepAlive || state_ == TcpState::kSynSent) return;
  const Duration idle = Duration::seconds(parameters_.keepIdleSeconds);
  if (send_.bytes() > 0 || sendUnacknowledged_ != sendNext_) {  // retransmission finds out
    fileIdleTimer(idle);
    return;
  }
  const Duration heard = tcp_.net().run().now() - TimePoint::fromNanoseconds(lastHeardAt_);
  if (heard < idle) {
    fileIdleTimer(idle - heard);
    return;
  }
  const Duration user = parameters_.userTimeout;
  const bool dead = user.isZero() ? probesOut_ >= parameters_.keepProbes : heard >= user && probesOut_ > 0;
  if (dead) {
    sendReset();
    giveUp();
    return;
  }
  ++probesOut_;
  sendProbe();
  fileIdleTimer(Duration::seconds(parameters_.keepIntervalSeconds));
}

}  // namespace orrery::sim
