#include "sim/net/socket.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "proxy/base/assert.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/listening_socket.h"
#include "sim/net/net.h"
#include "sim/net/tcp.h"

namespace orrery::sim {

namespace {

// Linux doubles what the application sets and counts its own overhead in it; what remains for payload was measured.
constexpr size_t kDefaultSendBuffer = 4'128'768;
constexpr size_t kDefaultReceiveBuffer = 131'072;
constexpr size_t kLeastBuffer = 4'096;

size_t capacity(uint32_t set, size_t byDefault) {
  return set == 0 ? byDefault : std::max<size_t>(size_t{set} * 2 - set / 8, kLeastBuffer);
}

// The answers of the choices about short reads and writes, from the default to the extreme.
uint32_t shortAnswers(size_t n) { return static_cast<uint32_t>(std::min<size_t>(n, 4)); }
size_t shortened(size_t n, uint32_t answer) {
  switch (answer) {
    case 0: return n;
    case 1: return n - 1;
    case 2: return std::max<size_t>(n / 2, 1);
    default: return 1;
  }
}

}  // namespace

const char* tcpStateName(TcpState state) {
  constexpr const char* kNames[] = {"CLOSED",     "SYN-SENT",   "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
                                    "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",      "LAST-ACK"};
  return kNames[static_cast<size_t>(state)];
}

Socket::Socket(Tcp& tcp, NetPools& pools) : tcp_(tcp), send_(pools.blocks, pools.pieces) {
  ORRERY_DCHECK(reinterpret_cast<const char*>(&listener_) <= reinterpret_cast<const char*>(this) + kHotBytes,
                "what every segment needs lies in the lines that are fetched ahead");
}

Socket::~Socket() {
  tcp_.net().run().queue().cancel(timer_);
  tcp_.net().run().queue().cancel(idleTimer_);
  dropReceived();
}

void Socket::become(EntityId id, Endpoint local, Endpoint peer, Link* out, const SocketParameters& parameters) {
  id_ = id;
  readsAsked_ = writesAsked_ = 0;
  ++generation_;
  local_ = local;
  peer_ = peer;
  out_ = out;
  watcher_ = nullptr;
  listener_ = nullptr;
  record_ = nullptr;
  side_ = nullptr;
  peerSocket_ = nullptr;
  peerGeneration_ = 0;
  state_ = TcpState::kClosed;
  take(parameters);
  orphan_ = false;
  applicationClosed_ = receiveShut_ = sendShut_ = readShut_ = false;
  finReceived_ = finQueued_ = finSent_ = noSpace_ = inTable_ = false;
  error_ = SockError::kNone;
  sendUnacknowledged_ = sendNext_ = sendRight_ = 0;
  receiveNext_ = receiveRight_ = acknowledged_ = 0;
  receiveQueued_ = 0;
  urgentAt_ = urgentSent_ = 0;
  timerUse_ = TimerUse::kNone;
  retries_ = 0;
  finLost_ = probedTail_ = resends_ = false;
  probesOut_ = 0;
  recoverUntil_ = smallEnd_ = 0;
  lastHeardAt_ = 0;
  troubleSince_ = kNoTrouble;
  roundTrip_ = roundTripVariance_ = Duration::zero();
}

std::string Socket::timerText() const {
  const auto text = [this](const char* name, const Event& timer) {
    const int64_t us = (timer.at() - tcp_.net().run().now().inNanoseconds()) / 1000;
    return fmt::format("{} {}.{:06} ({})", name, us / 1'000'000, us % 1'000'000, retries_);
  };
  constexpr const char* kNames[] = {"", "retransmit", "tail-probe", "probe"};
  if (timerUse_ != TimerUse::kNone && timer_.filed()) return text(kNames[static_cast<size_t>(timerUse_)], timer_);
  if (!idleTimer_.filed()) return "";
  return text(state_ == TcpState::kFinWait2 && applicationClosed_ ? "fin-wait-2" : "keepalive", idleTimer_);
}

void Socket::setState(TcpState state) {
  state_ = state;
  tcp_.net().run().emit(id(), SocketState{local_.packed(), peer_.packed(), static_cast<uint64_t>(state)});
}

// tcp_poll() of Linux.
uint8_t Socket::poll() const {
  if (state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived) return 0;
  uint8_t bits = 0;
  const bool receiveEnded = receiveShut_ || readShut_;
  if (receiveEnded && sendShut_) bits |= kPollHup;
  if (receiveEnded) bits |= kPollIn | kPollRdHup;
  if (unreadBytes() > 0) bits |= kPollIn;
  // A write to a direction that is shut does not block: it fails.
  if (sendShut_ || send_.bytes() * 3 <= sendCapacity_ * 2) bits |= kPollOut;
  if (error_ != SockError::kNone) bits |= kPollErr;
  return bits;
}

SockError Socket::takeError() {
  const SockError e = error_;
  error_ = SockError::kNone;
  return e;
}

// tcp_recvmsg() of Linux: a read ends before the urgent byte; one that begins at it skips it.
void Socket::skipUrgent() {
  Segment* s = receiveHead_;
  urgentAt_ = 0;
  --receiveQueued_;
  ++s->offset;
  if (--s->length > 0) return;
  receiveHead_ = s->next;
  if (receiveHead_ == nullptr) receiveTail_ = nullptr;
  tcp_.net().recycle(s);
}

SockResult Socket::readStart(size_t room) {
  if (urgentAt_ != 0) [[unlikely]] {
    if (urgentIsNext()) {
      skipUrgent();
    } else {
      room = std::min<uint64_t>(room, urgentAt_ - readAt());
    }
  }
  if (receiveQueued_ == 0) {
    if (finReceived_) return {};  // Linux looks at SOCK_DONE before the error
    if (error_ != SockError::kNone) return {0, takeError()};
    if (receiveShut_ || readShut_) return {};
    return {0, SockError::kAgain};
  }
  size_t n = std::min(room, receiveQueued_);
  n = shortened(n, tcp_.net().run().chooser().choose(id_, Site::kReadBytes, shortAnswers(n), readsAsked_));
  return {n, SockError::kNone};
}

void Socket::take(char* to, size_t n) {
  receiveQueued_ -= n;
  side_->lastReadAt = tcp_.net().run().now();
  while (n > 0) {
    Segment* s = receiveHead_;
    const auto part = static_cast<uint32_t>(std::min<size_t>(n, s->length));
    std::memcpy(to, s->payload(), part);
    to += part;
    n -= part;
    side_->bytesRead += part;
    if (part == s->length) {
      receiveHead_ = s->next;
      if (receiveHead_ == nullptr) receiveTail_ = nullptr;
      tcp_.net().recycle(s);
    } else {
      s->offset += part;
      s->length -= part;
    }
  }
}

void Socket::readDone() {
  tcp_.net().run().progress();
  // Nor does Linux tell of it once reading is shut: the peer's probes find out.
  if (state_ == TcpState::kClosed || receiveShut_ || readShut_) return;
  // A window that had become small is told of when it has at least doubled (tcp_cleanup_rbuf() of Linux, whose window is half of
  // what it keeps for a buffer).
  const uint64_t told = receiveRight_ - receiveNext_;
  if (told * 4 <= receiveCapacity_) {
    const uint64_t now = window();
    if (now > 0 && now >= told * 2) sendAck();
  }
}

SockResult Socket::peek(char* to, size_t room) {
  const size_t skip = urgentIsNext() ? 1 : 0;
  if (urgentAt_ != 0 && skip == 0) room = std::min<uint64_t>(room, urgentAt_ - readAt());
  if (receiveQueued_ == skip) {
    if (finReceived_) return {};
    if (error_ != SockError::kNone) return {0, takeError()};
    if (receiveShut_ || readShut_) return {};
    return {0, SockError::kAgain};
  }
  const size_t n = std::min(room, receiveQueued_ - skip);
  size_t done = 0;
  size_t begin = skip;
  for (const Segment* s = receiveHead_; done < n; s = s->next) {
    const size_t part = std::min<size_t>(n - done, s->length - begin);
    std::memcpy(to + done, s->payload() + begin, part);
    done += part;
    begin = 0;
  }
  return {n, SockError::kNone};
}

SockResult Socket::writeStart(size_t size) {
  if (error_ != SockError::kNone) return {0, takeError()};
  if (state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived) {
    noSpace_ = true;
    return {0, SockError::kAgain};
  }
  if (sendShut_) return {0, SockError::kPipe};
  if (sendBufferFull()) {
    noSpace_ = true;
    return {0, SockError::kAgain};
  }
  size_t n = size;
  if (const size_t room = sendCapacity_ - send_.bytes(); n > room) {
    n = room;
    noSpace_ = true;
  }
  if (n == 0) return {};
  n = shortened(n, tcp_.net().run().chooser().choose(id_, Site::kWriteBytes, shortAnswers(n), writesAsked_));
  return {n, SockError::kNone};
}

void Socket::put(const char* from, size_t n, size_t left) {
  send_.append(from, n, left);
  side_->bytesWritten += n;
}

void Socket::writeDone() {
  tcp_.net().run().progress();
  output();
}

void Socket::shutdownWrite() {
  if (finQueued_ || state_ == TcpState::kSynSent || state_ == TcpState::kClosed) return;
  sendShut_ = true;
  finQueued_ = true;
  setState(state_ == TcpState::kCloseWait ? TcpState::kLastAck : TcpState::kFinWait1);
  output();
  notify();  // inet_shutdown() of Linux wakes whoever polls
}

void Socket::shutdownRead() {
  if (readShut_ || state_ == TcpState::kSynSent || state_ == TcpState::kClosed) return;
  readShut_ = true;
  notify();
}

void Socket::wasShut(bool read, bool write) {
  readShut_ = read;
  sendShut_ = write;
}

void Socket::setParameters(const SocketParameters& p) {
  const bool push = p.noDelay && !parameters_.noDelay;
  take(p);
  if (push) output();
  watchIdle();
}

void Socket::take(const SocketParameters& p) {
  parameters_ = p;
  sendCapacity_ = capacity(p.sendBuffer, kDefaultSendBuffer);
  receiveCapacity_ = capacity(p.receiveBuffer, kDefaultReceiveBuffer);
}

void Socket::close(bool abort) {
  ORRERY_ASSERT(!applicationClosed_, "a socket is closed once");
  watcher_ = nullptr;
  applicationClosed_ = true;
  if (side_ != nullptr) side_->closedAt = tcp_.net().run().now();
  const bool unread = receiveQueued_ > 0;
  dropReceived();
  switch (state_) {
    case TcpState::kClosed: releaseIfDone(); return;
    case TcpState::kSynSent: finish(SockError::kNone); return;
    default: break;
  }
  if (abort || unread || parameters_.lingerSeconds == 0) {
    // SO_LINGER 0 asks for it; unread bytes mean that the peer must not believe they were read (RFC 2525, 2.17).
    sendReset();
    finish(SockError::kNone);
    return;
  }
  if (tcp_.tooManyOrphans()) {
    sendReset();
    finish(SockError::kNone);
    return;
  }
  tcp_.orphaned();
  orphan_ = true;
  receiveShut_ = true;
  if (!finQueued_) {
    sendShut_ = true;
    finQueued_ = true;
    setState(state_ == TcpState::kCloseWait ? TcpState::kLastAck : TcpState::kFinWait1);
    output();
  } else if (state_ == TcpState::kFinWait2) {
    waitForFin();
  }
}

void Socket::accepted() {
  listener_ = nullptr;
  record_->acceptedAt = tcp_.net().run().now();
}

void Socket::abandon(bool sendRst) {
  applicationClosed_ = true;
  listener_ = nullptr;
  dropReceived();
  if (state_ == TcpState::kClosed) {
    releaseIfDone();
    return;
  }
  if (sendRst) sendReset();
  finish(SockError::kNone);
}

void Socket::dropReceived() {
  while (receiveHead_ != nullptr) {
    Segment* next = receiveHead_->next;
    tcp_.net().recycle(receiveHead_);
    receiveHead_ = next;
  }
  receiveTail_ = nullptr;
  receiveQueued_ = 0;
  while (outOfOrder_ != nullptr) {
    Segment* next = outOfOrder_->next;
    tcp_.net().recycle(outOfOrder_);
    outOfOrder_ = next;
  }
}

void Socket::finish(SockError error) {
  stopTimer();
  tcp_.net().run().queue().cancel(idleTimer_);
  if (std::exchange(orphan_, false)) tcp_.orphanGone();
  send_.clear();
  ListHook<DelayedAckTag>::unlink();
  setState(TcpState::kClosed);
  receiveShut_ = sendShut_ = true;
  error_ = error;
  tcp_.leave(*this);
  notify();
  releaseIfDone();
}

// Closed in order, and this end waits for stray segments: Linux keeps a small stand-in, the socket itself is closed.
void Socket::finishTimeWait() {
  tcp_.startTimeWait(*this);
  finish(SockError::kNone);
}

void Socket::releaseIfDone() {
  if (applicationClosed_ && state_ == TcpState::kClosed) tcp_.recycle(*this);
}

}  // namespace orrery::sim
