// What a socket sends.

#include <algorithm>

#include "sim/core/bytes_hash.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/listening_socket.h"
#include "sim/net/net.h"
#include "sim/net/socket.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

namespace {
constexpr uint32_t kDefaultMss = 536;  // RFC 9293 section 3.7.1; only where there is no link
}

void Socket::startConnect() {
  Run& run = tcp_.net().run();
  const uint64_t first = run.chooser().draw(entity_, Site::kSequenceNumber) & 0xffffffff;
  sendUnacknowledged_ = first;
  sendNext_ = first + 1;
  send_.start(first + 1);
  setState(TcpState::kSynSent);
  transmit(kSyn, first, nullptr);
}

void Socket::startAccept(const Segment& syn, ListeningSocket& listener) {
  Run& run = tcp_.net().run();
  listener_ = &listener;
  peerSocket_ = syn.receiver;  // the SYN's sender put itself there
  peerGeneration_ = syn.receiverGeneration;
  receiveNext_ = acknowledged_ = receiveRight_ = syn.seq + 1;
  const uint64_t first = run.chooser().draw(entity_, Site::kSequenceNumber) & 0xffffffff;
  sendUnacknowledged_ = first;
  sendNext_ = first + 1;
  sendRight_ = first + 1 + syn.window;
  send_.start(first + 1);
  setState(TcpState::kSynReceived);
  transmit(kSyn | kAck, first, nullptr);
}

// Free room, but never silly little windows (RFC 9293 section 3.8.6.2.2), and never less than was promised.
uint32_t Socket::window() const {
  const uint64_t promised = receiveRight_ > receiveNext_ ? receiveRight_ - receiveNext_ : 0;
  uint64_t room = receiveCapacity_ > receiveQueued_ ? receiveCapacity_ - receiveQueued_ : 0;
  const uint64_t mss = out_ == nullptr ? kDefaultMss : out_->mss();
  if (room < std::min<uint64_t>(mss, receiveCapacity_ / 2)) room = 0;
  return static_cast<uint32_t>(std::max(room, promised));
}

void Socket::transmit(uint8_t flags, uint64_t seq, SendPiece* piece) {
  Net& net = tcp_.net();
  Segment* s = net.newSegment();
  s->from = local_;
  s->to = peer_;
  s->seq = seq;
  s->flags = flags;
  s->sender = id();
  s->window = window();
  if ((flags & kAck) != 0) {
    s->ack = receiveNext_;
    receiveRight_ = receiveNext_ + s->window;
    acknowledged_ = receiveNext_;
    ListHook<DelayedAckTag>::unlink();
  } else {
    s->ack = 0;
  }
  if ((flags & kSyn) != 0) {
    // The other end learns from it who to hint at.
    s->receiver = this;
    s->receiverGeneration = generation_;
  } else {
    s->receiver = peerSocket_;
    s->receiverGeneration = peerGeneration_;
  }
  if (piece != nullptr) {
    s->block = piece->block;
    s->offset = piece->offset;
    s->length = piece->length;
    if (piece->hash == 0) piece->hash = hashBytes(s->payload(), s->length) | 1;
    s->payloadHash = piece->hash;
  } else {
    s->length = 0;
    s->payloadHash = 0;
  }
  if (tcp_.host().down()) {
    net.drop(s, tcp_.host().id(), "host_down");
  } else if (out_ != nullptr) {
    out_->send(s);
  } else {
    net.route(tcp_.host(), s);
  }
}

void Socket::output() {
  if (state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived || state_ == TcpState::kClosed) return;
  const uint64_t mss = out_->mss();
  while (send_.hasUnsent()) {
    const uint64_t room = sendRight_ > sendNext_ ? sendRight_ - sendNext_ : 0;
    if (room == 0) {
      // Nothing under way that could bring news of the window: ask for it now and then.
      if (sendUnacknowledged_ == sendNext_ && timerUse_ == TimerUse::kNone) {
        armTimer(TimerUse::kProbe, retransmitTimeout(), false);
      }
      return;
    }
    // Nagle (RFC 9293 section 3.7.4): a small segment waits while something is unacknowledged.
    if (!noDelay_ && !finQueued_ && send_.firstUnsentLength() < mss && sendUnacknowledged_ != sendNext_) return;
    SendPiece* piece = send_.takeUnsent(std::min(room, mss));
    piece->hash = 0;
    if (finQueued_ && !finSent_ && !send_.hasUnsent()) {
      sendFin(piece);
      return;
    }
    // Counted before it leaves: the link may tell at once that it was lost.
    sendNext_ += piece->length;
    transmit(kAck | kPsh, piece->seq, piece);
  }
  if (finQueued_ && !finSent_) sendFin(nullptr);
}

void Socket::sendFin(SendPiece* lastPiece) {
  finSent_ = true;
  side_->finSentAt = tcp_.net().run().now();
  const uint64_t seq = sendNext_;
  sendNext_ += 1 + (lastPiece != nullptr ? lastPiece->length : 0);
  transmit(static_cast<uint8_t>(kFin | kAck | (lastPiece != nullptr ? kPsh : 0)), seq, lastPiece);
}

void Socket::sendAck() { transmit(kAck, sendNext_, nullptr); }

void Socket::sendReset() {
  side_->resetSentAt = tcp_.net().run().now();
  transmit(kRst | kAck, sendNext_, nullptr);
}

Duration Socket::retransmitTimeout() const {
  const Duration base = roundTrip_.isZero() ? TcpTimes::kFirstRetry : roundTrip_ + TcpTimes::kLeastRetry;
  const uint32_t doublings = std::min<uint32_t>(retries_, 20);
  return std::min(base * (int64_t{1} << doublings), TcpTimes::kLongestRetry);
}

void Socket::onLost(const Segment& lost) {
  if (state_ == TcpState::kClosed) return;
  if (timerUse_ != TimerUse::kNone && timerUse_ != TimerUse::kFinWait2) return;  // the timer runs already
  if (state_ == TcpState::kSynSent || sendUnacknowledged_ != sendNext_) {
    Duration after = retransmitTimeout();
    // tcp_syn_linear_timeouts: the first retries come each second, then the time doubles.
    if (state_ == TcpState::kSynSent) {
      const uint32_t doublings = retries_ > TcpTimes::kLinearSynRetries ? retries_ - TcpTimes::kLinearSynRetries : 0;
      after = std::min(TcpTimes::kFirstRetry * (int64_t{1} << doublings), TcpTimes::kLongestRetry);
    }
    const TimePoint due = TimePoint::fromNanoseconds(lost.sentAt) + after;
    armTimer(TimerUse::kRetransmit, due - std::min(due, tcp_.net().run().now()), true);
  } else if (send_.hasUnsent()) {
    armTimer(TimerUse::kProbe, retransmitTimeout(), true);
  }
}

void Socket::armTimer(TimerUse use, Duration after, bool work) {
  Run& run = tcp_.net().run();
  timerUse_ = use;
  const TimePoint due = run.now() + std::max(after, Duration::nanoseconds(1));
  run.queue().file(timer_, due.inNanoseconds(), work);
}

void Socket::stopTimer() {
  timerUse_ = TimerUse::kNone;
  tcp_.net().run().queue().cancel(timer_);
}

void Socket::onTimer() {
  const TimerUse use = timerUse_;
  timerUse_ = TimerUse::kNone;
  switch (use) {
    case TimerUse::kNone: return;
    case TimerUse::kRetransmit: onRetransmitTimer(); return;
    case TimerUse::kProbe:
      // A segment without news in an old place: the peer answers with its window.
      if (state_ == TcpState::kClosed || !send_.hasUnsent() || sendRight_ > sendNext_) return;
      ++retries_;
      armTimer(TimerUse::kProbe, retransmitTimeout(), false);
      transmit(kAck, sendNext_ - 1, nullptr);
      return;
    case TimerUse::kFinWait2: finish(SockError::kNone); return;
  }
}

void Socket::onRetransmitTimer() {
  if (state_ != TcpState::kSynSent && sendUnacknowledged_ == sendNext_) return;
  uint32_t most = TcpTimes::kDataRetries;
  if (state_ == TcpState::kSynSent) most = TcpTimes::kSynRetries + TcpTimes::kLinearSynRetries;
  if (state_ == TcpState::kSynReceived) most = TcpTimes::kSynAckRetries;
  if (retries_ >= most) {
    if (side_ != nullptr) side_->timedOutAt = tcp_.net().run().now();
    if (listener_ != nullptr && state_ == TcpState::kSynReceived) {
      listener_->gone(*this);
      listener_ = nullptr;
      applicationClosed_ = true;
    }
    finish(SockError::kTimedOut);
    return;
  }
  ++retries_;
  retransmit();
}

void Socket::retransmit() {
  switch (state_) {
    case TcpState::kSynSent: transmit(kSyn, sendUnacknowledged_, nullptr); return;
    case TcpState::kSynReceived: transmit(kSyn | kAck, sendUnacknowledged_, nullptr); return;
    default: break;
  }
  for (SendPiece* p = send_.first(); p != nullptr && p != send_.unsent(); p = p->next) {
    p->hash = 0;  // an acknowledgement may have cut it
    transmit(kAck | kPsh, p->seq, p);
  }
  if (finSent_) transmit(kFin | kAck, sendNext_ - 1, nullptr);
}

}  // namespace orrery::sim
