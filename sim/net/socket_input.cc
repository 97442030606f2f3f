// What a socket receives.

#include <algorithm>

#include "proxy/base/assert.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/listening_socket.h"
#include "sim/net/net.h"
#include "sim/net/socket.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

void Socket::receive(Segment* s) {
  lastHeardAt_ = tcp_.net().run().now().inNanoseconds();
  if ((s->flags & kRst) != 0) {
    onReset(*s);
    tcp_.net().recycle(s);
    return;
  }
  if (state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived) {
    if (!handshake(s)) return;
  } else if ((s->flags & kSyn) != 0) {
    // A repeated SYN-ACK: our ACK of it was lost.
    sendAck();
    tcp_.net().recycle(s);
    return;
  }
  if (!acknowledge(*s)) {
    tcp_.net().recycle(s);
    return;
  }
  if ((s->flags & kUrg) != 0) [[unlikely]]
    onUrgent(s->urgentEnd - 1);
  if (s->length > 0 || (s->flags & kFin) != 0) {
    acceptData(s);
  } else {
    // A probe stands in an old place and wants an answer.
    if (s->seq < receiveNext_) sendAck();
    tcp_.net().recycle(s);
  }
}

// Takes the segment and returns false, or lets it go on as one of an established connection.
bool Socket::handshake(Segment* s) {
  if (state_ == TcpState::kSynSent) {
    const uint8_t both = kSyn | kAck;
    if ((s->flags & both) == both && s->ack == sendNext_) {
      connected(*s);
      sendAck();
      output();
      notify();
    } else if ((s->flags & both) == kSyn) {
      // Both open at once (RFC 9293 section 3.5, figure 7), or a socket is connected to itself.
      peerSocket_ = s->receiver;
      peerGeneration_ = s->receiverGeneration;
      receiveNext_ = acknowledged_ = receiveRight_ = s->seq + 1;
      sendRight_ = sendUnacknowledged_ + 1 + s->window;
      setState(TcpState::kSynReceived);
      transmit(kSyn | kAck, sendUnacknowledged_, nullptr);
    } else if ((s->flags & kAck) != 0 && s->ack != sendNext_) {
      tcp_.refuse(*s);  // of an earlier connection
    }
    tcp_.net().recycle(s);
    return false;
  }
  const bool acknowledged = (s->flags & kAck) != 0 && s->ack == sendNext_;
  if ((s->flags & kSyn) != 0) {
    if (listener_ == nullptr && acknowledged) {
      connected(*s);
      notify();
    } else {  // the SYN again: our answer was lost
      transmit(kSyn | kAck, sendUnacknowledged_, nullptr);
    }
    tcp_.net().recycle(s);
    return false;
  }
  if (!acknowledged) {
    tcp_.net().recycle(s);
    return false;
  }
  if (listener_ == nullptr) {
    connected(*s);
    notify();
    return true;
  }
  if (deferred(*s)) {
    tcp_.net().recycle(s);
    return false;
  }
  if (listener_->full()) {
    // Linux ignores the last ACK then; the client believes that it is connected.
    tcp_.net().drop(s, tcp_.host().id(), "backlog");
    return false;
  }
  connected(*s);
  const bool shutRead = listener_->parameters().shutRead;
  const bool shutWrite = listener_->parameters().shutWrite;
  listener_->made(*this);
  if (shutRead) [[unlikely]]
    shutdownRead();
  if (shutWrite) [[unlikely]]
    shutdownWrite();
  return true;
}

// The peer has acknowledged the SYN.
void Socket::connected(const Segment& s) {
  const TimePoint now = tcp_.net().run().now();
  if (state_ == TcpState::kSynSent) {
    peerSocket_ = s.receiver;
    peerGeneration_ = s.receiverGeneration;
    receiveNext_ = acknowledged_ = receiveRight_ = s.seq + 1;
  }
  sendUnacknowledged_ = s.ack;
  sendRight_ = s.ack + s.window;
  if (retries_ == 0) takeRoundTrip((now - TimePoint::fromNanoseconds(s.sentAt)) * 2);
  stopTimer();
  retries_ = 0;
  troubleSince_ = kNoTrouble;
  lastHeardAt_ = now.inNanoseconds();
  setState(TcpState::kEstablished);
  side_->establishedAt = now;
  if (parameters_.keepAlive) watchIdle();
}

// TCP_DEFER_ACCEPT: the ACK without data is taken note of only; the SYN-ACK is repeated until its periods are over.
bool Socket::deferred(const Segment& s) {
  if (retries_ >= listener_->parameters().deferAccept || s.space() > 0) return false;
  if (timerUse_ == TimerUse::kNone) armTimer(TimerUse::kRetransmit, retransmitTimeout(), true);
  return true;
}

void Socket::onReset(const Segment& s) {
  SockError error = SockError::kReset;
  switch (state_) {
    case TcpState::kClosed: return;
    case TcpState::kSynSent:
      if ((s.flags & kAck) == 0 || s.ack != sendNext_) return;
      error = SockError::kRefused;
      record_->refused = true;
      break;
    default:
      // RFC 5961 section 3.2: in the window, but not the next byte, is answered with an ACK; a peer that is really gone resets
      // again, in the right place. A middlebox numbers its resets 0 and is believed.
      if (s.seq != 0 && s.seq != receiveNext_) {
        if (s.seq > receiveNext_ && s.seq <= receiveRight_) sendAck();
        return;
      }
      if (state_ == TcpState::kCloseWait) error = SockError::kPipe;
      break;
  }
  side_->resetReceivedAt = tcp_.net().run().now();
  if (listener_ != nullptr && state_ == TcpState::kSynReceived) {
    listener_->gone(*this);
    listener_ = nullptr;
    applicationClosed_ = true;
  }
  finish(error);
}

// False: the connection is over.
bool Socket::acknowledge(const Segment& s) {
  if ((s.flags & kAck) == 0) return true;
  if (s.ack > sendNext_) return true;  // of something never sent
  const bool news = s.ack > sendUnacknowledged_;
  probesOut_ = 0;
  if (s.outOfOrderBy != 0) {
    retransmitLost(s.outOfOrderEnd());
    if (timerUse_ == TimerUse::kTailProbe)
      armTimer(TimerUse::kRetransmit, retransmitTimeout(), true);  // recovery began
  }
  if (s.ack >= sendUnacknowledged_) sendRight_ = std::max(sendRight_, s.ack + s.window);
  if (news) {
    if (const SendPiece* p = send_.first(); p != nullptr && p != send_.unsent() && p->sentAt != 0) {
      takeRoundTrip(tcp_.net().run().now() - TimePoint::fromNanoseconds(p->sentAt));
    }
    probedTail_ = false;
    sendUnacknowledged_ = s.ack;
    send_.acknowledge(s.ack);
    retries_ = 0;
    troubleSince_ = kNoTrouble;
    if (timerUse_ == TimerUse::kRetransmit || timerUse_ == TimerUse::kTailProbe) {
      stopTimer();
      // What is still missing was lost with it: the timer starts again from now.
      if (sendUnacknowledged_ != sendNext_) {
        troubleSince_ = tcp_.net().run().now().inNanoseconds();
        armTimer(TimerUse::kRetransmit, retransmitTimeout(), true);
      }
    }
    // After a time-out the rest of what was lost follows the first acknowledgement.
    if (s.ack < recoverUntil_) retransmitLost(recoverUntil_);
    if (finSent_ && sendUnacknowledged_ == sendNext_) {
      switch (state_) {
        case TcpState::kFinWait1:
          setState(TcpState::kFinWait2);
          if (applicationClosed_ && (s.flags & kFin) == 0) waitForFin();
          if (state_ == TcpState::kClosed) return false;
          break;
        case TcpState::kClosing: finishTimeWait(); return false;
        case TcpState::kLastAck: finish(SockError::kNone); return false;
        default: break;
      }
    }
  }
  if (timerUse_ == TimerUse::kProbe && sendRight_ > sendNext_) {
    stopTimer();
    retries_ = 0;
    troubleSince_ = kNoTrouble;
  }
  if (send_.hasUnsent()) output();
  if (news && noSpace_ && send_.bytes() * 3 <= sendCapacity_ * 2) {
    noSpace_ = false;
    notify();
  }
  return true;
}

void Socket::acceptData(Segment* s) {
  const uint64_t end = s->seq + s->length;
  if (applicationClosed_ && s->length > 0 && end > receiveNext_) {
    // Nobody will read it (RFC 9293 section 3.6.1, and Linux' TCPAbortOnData).
    tcp_.net().recycle(s);
    sendReset();
    finish(SockError::kNone);
    return;
  }
  if (readShut_ && finQueued_ && s->length > 0 && end > receiveNext_) {
    tcp_.net().recycle(s);
    sendReset();
    finish(SockError::kReset);
    return;
  }
  if (receiveShut_ && !applicationClosed_) {  // beyond the peer's FIN
    sendAck();
    tcp_.net().recycle(s);
    return;
  }
  if (end + ((s->flags & kFin) != 0 ? 1 : 0) <= receiveNext_) {  // all of it is old
    sendAck();
    tcp_.net().recycle(s);
    return;
  }
  if (s->seq > receiveNext_) {
    if (s->seq >= receiveRight_) {  // beyond what was promised
      sendAck();
      tcp_.net().recycle(s);
      return;
    }
    const uint64_t came = end + ((s->flags & kFin) != 0 ? 1 : 0);
    keepOutOfOrder(s);
    sendAck(came);
    return;
  }
  const bool fills = outOfOrder_ != nullptr;
  if (takeInOrder(s)) return;
  if (fills) takeOutOfOrder();
  if (receiveShut_ || state_ == TcpState::kClosed) return;  // a FIN came out of the queue
  scheduleAck(fills);  // RFC 5681 section 4.2: what fills a gap is acknowledged at once
  notify();
}

// Takes a segment that begins at or before the next byte expected, without its old beginning. True: it ended in a FIN.
bool Socket::takeInOrder(Segment* s) {
  const bool fin = (s->flags & kFin) != 0;
  const auto old = static_cast<uint32_t>(std::min<uint64_t>(receiveNext_ - s->seq, s->length));
  s->seq += old;
  s->offset += old;
  s->length -= old;
  if (s->length > 0) {
    append(s);
  } else {
    tcp_.net().recycle(s);
  }
  if (fin) onFin();
  return fin;
}

// tcp_check_urg() of Linux: an older urgent byte that is next is skipped, one further on becomes an ordinary byte.
void Socket::onUrgent(uint64_t at) {
  if (at < receiveNext_ || at <= urgentAt_ || receiveShut_ || applicationClosed_) return;
  if (urgentIsNext()) skipUrgent();
  urgentAt_ = at;
}

void Socket::append(Segment* s) {
  receiveNext_ += s->length;
  receiveQueued_ += s->length;
  side_->bytesReceived += s->length;
  side_->lastReceivedAt = tcp_.net().run().now();
  s->next = nullptr;
  (receiveTail_ == nullptr ? receiveHead_ : receiveTail_->next) = s;
  receiveTail_ = s;
}

void Socket::keepOutOfOrder(Segment* s) {
  Segment** at = &outOfOrder_;
  while (*at != nullptr && (*at)->seq < s->seq) at = &(*at)->next;
  s->next = *at;
  *at = s;
}

void Socket::takeOutOfOrder() {
  while (outOfOrder_ != nullptr && outOfOrder_->seq <= receiveNext_) {
    Segment* s = outOfOrder_;
    outOfOrder_ = s->next;
    const uint64_t end = s->seq + s->length;
    if (end < receiveNext_ || (end == receiveNext_ && (s->flags & kFin) == 0)) {
      tcp_.net().recycle(s);
      continue;
    }
    if (takeInOrder(s)) return;
  }
}

void Socket::onFin() {
  finReceived_ = true;
  receiveShut_ = true;
  receiveNext_ += 1;
  side_->finReceivedAt = tcp_.net().run().now();
  scheduleAck(true);
  switch (state_) {
    case TcpState::kEstablished: setState(TcpState::kCloseWait); break;
    case TcpState::kFinWait1: setState(TcpState::kClosing); break;
    case TcpState::kFinWait2: finishTimeWait(); return;  // tells the watcher
    default: break;
  }
  notify();
}

// Data is acknowledged with what goes the other way, or when a quarter of the buffer came, or after 40 ms.
void Socket::scheduleAck(bool now) {
  if (now || receiveNext_ - acknowledged_ >= receiveCapacity_ / 4) {
    sendAck();
  } else if (!ListHook<DelayedAckTag>::linked()) {
    tcp_.oweAck(*this);
  }
}

}  // namespace orrery::sim
