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
constexpr uint32_t kDefaultMss = 536;          // RFC 9293 section 3.7.1; only where there is no link
constexpr uint32_t kLargestUnscaled = 65'535;  // the window of a SYN is not scaled (RFC 7323 section 2.2)
}  // namespace

void Socket::startConnect() {
  Run& run = tcp_.net().run();
  uint32_t asked = 0;  // once in the life of a socket
  const uint64_t first = run.chooser().draw(id_, Site::kSequenceNumber, asked) & 0xffffffff;
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
  uint32_t asked = 0;  // once in the life of a socket
  const uint64_t first = run.chooser().draw(id_, Site::kSequenceNumber, asked) & 0xffffffff;
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
  const uint64_t mss = out_ == nullptr ? kDefaultMss : out_->mss(local_.isIpv6());
  if (room < std::min<uint64_t>(mss, receiveCapacity_ / 2)) room = 0;
  return static_cast<uint32_t>(std::max(room, promised));
}

void Socket::transmit(uint8_t flags, uint64_t seq, SendPiece* piece, uint64_t outOfOrderEnd) {
  Net& net = tcp_.net();
  Segment* s = net.newSegment();
  s->from = local_;
  s->to = peer_;
  s->seq = seq;
  s->flags = flags;
  s->sender = id();
  s->window = window();
  if ((flags & kSyn) != 0) s->window = std::min(s->window, kLargestUnscaled);
  if ((flags & kAck) != 0) {
    s->ack = receiveNext_;
    if (outOfOrderEnd != 0) s->outOfOrderBy = static_cast<uint32_t>(outOfOrderEnd - receiveNext_);
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
  if (urgentSent_ > seq) [[unlikely]] {
    s->flags |= kUrg;
    s->urgentEnd = urgentSent_;
  }
  if (piece != nullptr) {
    s->block = piece->block;
    s->offset = piece->offset;
    s->length = piece->length;
    if (piece->hash == 0) piece->hash = hashBytes(s->payload(), s->length) | 1;
    s->payloadHash = piece->hash;
    piece->sentAt = resends_ ? 0 : net.run().now().inNanoseconds();
    piece->lost = false;
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
  const uint64_t mss = out_->mss(local_.isIpv6());
  while (send_.hasUnsent()) {
    const uint64_t room = sendRight_ > sendNext_ ? sendRight_ - sendNext_ : 0;
    if (room == 0) {
      // Nothing under way that could bring news of the window: ask for it now and then.
      if (sendUnacknowledged_ == sendNext_ && timerUse_ == TimerUse::kNone) {
        troubleSince_ = tcp_.net().run().now().inNanoseconds();
        armTimer(TimerUse::kProbe, retransmitTimeout(), false);
      }
      return;
    }
    // Nagle as Minshall changed it and Linux has it: a small segment waits while another small one is unacknowledged.
    const bool small = send_.firstUnsentLength() < mss;
    const bool urgent = urgentSent_ > sendUnacknowledged_;
    if (small && smallEnd_ > sendUnacknowledged_ && !parameters_.noDelay && !urgent && !finQueued_) return;
    SendPiece* piece = send_.takeUnsent(std::min(room, mss));
    piece->hash = 0;
    if (piece->length < mss) smallEnd_ = piece->seq + piece->length;
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

void Socket::sendAck(uint64_t outOfOrderEnd) { transmit(kAck, sendNext_, nullptr, outOfOrderEnd); }

void Socket::sendReset() {
  side_->resetSentAt = tcp_.net().run().now();
  transmit(kRst | kAck, sendNext_, nullptr);
}

// RFC 6298 with Linux' floor under the variance, which is tcp_rto_min.
Duration Socket::retransmitTimeout() const {
  Duration base = TcpTimes::kFirstRetry;
  if (!roundTrip_.isZero()) base = roundTrip_ + std::max(roundTripVariance_ * 4, TcpTimes::kLeastRetry);
  uint32_t doublings = std::min<uint32_t>(retries_, 20);
  // tcp_syn_linear_timeouts: the first retries come each second, then the time doubles.
  if (state_ == TcpState::kSynSent) doublings -= std::min(doublings, tcp_.settings().linearSynRetries);
  return std::min(base * (int64_t{1} << doublings), TcpTimes::kLongestRetry);
}

void Socket::takeRoundTrip(Duration sample) {
  if (roundTrip_.isZero()) {
    roundTrip_ = sample;
    roundTripVariance_ = sample / 2;
    return;
  }
  const Duration off = sample > roundTrip_ ? sample - roundTrip_ : roundTrip_ - sample;
  roundTripVariance_ = (roundTripVariance_ * 3 + off) / 4;
  roundTrip_ = (roundTrip_ * 7 + sample) / 8;
}

// The largest duration: no TCP_USER_TIMEOUT.
Duration Socket::userTimeoutLeft() const {
  if (parameters_.userTimeout.isZero() || troubleSince_ == kNoTrouble) return Duration::max();
  return parameters_.userTimeout - std::min(parameters_.userTimeout, inTrouble());
}

Duration Socket::inTrouble() const { return tcp_.net().run().now() - TimePoint::fromNanoseconds(troubleSince_); }

void Socket::onLost(const Segment& lost) {
  if (state_ == TcpState::kClosed) return;
  markLost(lost);
  // The timer runs already; a tail probe's starts with the last transmission.
  if (timerUse_ != TimerUse::kNone && timerUse_ != TimerUse::kTailProbe) return;
  if (state_ == TcpState::kSynSent || sendUnacknowledged_ != sendNext_) {
    if (troubleSince_ == kNoTrouble) troubleSince_ = lost.sentAt;
    const bool probe = mayProbeTail();
    const TimePoint due = TimePoint::fromNanoseconds(lost.sentAt) + (probe ? tailProbeTimeout() : retransmitTimeout());
    armTimer(probe ? TimerUse::kTailProbe : TimerUse::kRetransmit,
             std::min(due - std::min(due, tcp_.net().run().now()), userTimeoutLeft()), true);
  } else if (send_.hasUnsent()) {
    if (troubleSince_ == kNoTrouble) troubleSince_ = lost.sentAt;
    armTimer(TimerUse::kProbe, retransmitTimeout(), true);
  }
}

void Socket::markLost(const Segment& lost) {
  if (lost.space() == 0) return;
  for (SendPiece* p = send_.first(); p != nullptr && p != send_.unsent(); p = p->next) {
    if (p->seq >= lost.seq && p->seq < lost.seq + lost.length) p->lost = true;
  }
  if ((lost.flags & kFin) != 0) finLost_ = true;
}

// Tail loss probe (RFC 8985 section 7): the last segment once more before the time-out proper, which it then starts.
bool Socket::mayProbeTail() const {
  return !probedTail_ && retries_ == 0 && state_ != TcpState::kSynSent && state_ != TcpState::kSynReceived &&
         !roundTrip_.isZero();
}

Duration Socket::tailProbeTimeout() const {
  const SendPiece* first = send_.first();
  const bool alone = first == nullptr || first == send_.unsent() || first->next == send_.unsent();
  // One segment's acknowledgement may be delayed; several wait two ticks more than two round trips.
  const Duration wait = roundTrip_ * 2 + (alone ? TcpTimes::kLeastRetry : TcpTimes::kTwoTicks);
  return std::min(wait, retransmitTimeout());
}

void Socket::onTailProbe() {
  if (sendUnacknowledged_ == sendNext_) return;
  probedTail_ = true;
  SendPiece* last = nullptr;
  for (SendPiece* p = send_.first(); p != nullptr && p != send_.unsent(); p = p->next) last = p;
  if (finSent_ || last == nullptr) {
    resendFin();
  } else {
    resend(*last);
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
    case TimerUse::kTailProbe: onTailProbe(); return;
    case TimerUse::kProbe: {  // tcp_probe_timer() of Linux
      if (state_ == TcpState::kClosed || !send_.hasUnsent() || sendRight_ > sendNext_) return;
      const uint32_t most = applicationClosed_ ? TcpTimes::kProbesOrphan : TcpTimes::kProbes;
      if (probesOut_ >= most || (probesOut_ + retries_ > 0 && userTimeoutLeft().isZero())) {
        giveUp();
        return;
      }
      ++retries_;
      ++probesOut_;
      armTimer(TimerUse::kProbe, std::min(retransmitTimeout(), userTimeoutLeft()), false);
      sendProbe();
      return;
    }
  }
}

// A segment without news in an old place: the peer answers with its window.
void Socket::sendProbe() { transmit(kAck, sendUnacknowledged_ - 1, nullptr); }

void Socket::giveUp() {
  if (side_ != nullptr) side_->timedOutAt = tcp_.net().run().now();
  finish(SockError::kTimedOut);
}

// tcp_write_timeout() of Linux: connecting ends by count, the rest by time.
bool Socket::retriedEnough() const {
  if (state_ == TcpState::kSynSent) {
    const uint32_t most = parameters_.synRetries == 0 ? tcp_.settings().synRetries : parameters_.synRetries;
    if (retries_ >= most + tcp_.settings().linearSynRetries) return true;
    if (retries_ > 0 && parameters_.userTimeout.isZero()) return inTrouble() >= TcpTimes::doublings(most);
  } else if (state_ == TcpState::kSynReceived) {
    return retries_ >= TcpTimes::kSynAckRetries;
  }
  if (retries_ == 0) return false;
  if (!parameters_.userTimeout.isZero()) return userTimeoutLeft().isZero();
  return inTrouble() >= (applicationClosed_ ? TcpTimes::kGiveUpOrphan : TcpTimes::kGiveUp);
}

void Socket::onRetransmitTimer() {
  if (state_ != TcpState::kSynSent && sendUnacknowledged_ == sendNext_) return;
  if (retriedEnough()) {
    if (listener_ != nullptr && state_ == TcpState::kSynReceived) {
      listener_->gone(*this);
      listener_ = nullptr;
      applicationClosed_ = true;
    }
    giveUp();
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
  // The first; what else was lost follows when that is acknowledged.
  recoverUntil_ = sendNext_;
  SendPiece* p = send_.first();
  if (p != nullptr && p != send_.unsent()) {
    resend(*p);
  } else if (finSent_) {
    resendFin();
  }
}

void Socket::resend(SendPiece& piece) {
  piece.hash = 0;  // an acknowledgement may have cut it
  resends_ = true;
  transmit(kAck | kPsh, piece.seq, &piece);
  resends_ = false;
}

void Socket::resendFin() {
  finLost_ = false;
  transmit(kFin | kAck, sendNext_ - 1, nullptr);
}

// What was lost before `end`, of which something later has arrived (RACK, RFC 8985, without its quarter of a round trip).
void Socket::retransmitLost(uint64_t end) {
  for (SendPiece* p = send_.first(); p != nullptr && p != send_.unsent() && p->seq < end; p = p->next) {
    if (p->lost) resend(*p);
  }
  if (finLost_ && sendNext_ <= end) resendFin();
}

}  // namespace orrery::sim
