#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/intrusive_list.h"
#include "sim/core/entity.h"
#include "sim/core/event_queue.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net_pools.h"
#include "sim/net/prefetch.h"
#include "sim/net/segment.h"
#include "sim/net/send_queue.h"
#include "sim/net/sock_error.h"
#include "sim/net/socket_parameters.h"

namespace orrery::sim {

class Link;
class ListeningSocket;
class Tcp;

// States of RFC 9293 section 3.3.2. LISTEN is ListeningSocket; TIME-WAIT is kept by Tcp, and its socket is closed, as in Linux.
enum class TcpState : uint8_t {
  kClosed,
  kSynSent,
  kSynReceived,
  kEstablished,
  kFinWait1,
  kFinWait2,
  kCloseWait,
  kClosing,
  kLastAck,
};
// "ESTABLISHED"
const char* tcpStateName(TcpState state);

// Tag of the list of sockets that owe a delayed acknowledgement.
struct DelayedAckTag;

// One end of a TCP connection: the kernel's half of it (segments in and out) and the system calls (below). What calls
// answer is Linux', measured: data that arrived before a reset can still be read, then the error comes once, then the end.
//
// Retransmission is event-driven: a link that drops a segment tells the kernel whose timer would notice, so the common path
// files no timer at all.
//
// Lifetime: from connect() or SYN until both the application has closed it and the protocol is done; Tcp recycles it.
// Threading: the run's. Bounds: buffers as set. Re-entry: the watcher is told from the kernel's context and calls nobody.
class alignas(64) Socket : public ListHook<DelayedAckTag>, public ListHook<Socket> {
 public:
  Socket(Tcp& tcp, NetPools& pools);
  ~Socket();

  // System calls.
  // How many bytes a read with this much room takes: then take() exactly that many, and readDone(). {0, kNone}: the end.
  SockResult readStart(size_t room);
  void take(char* to, size_t n);
  void readDone();
  // Copies without taking.
  SockResult peek(char* to, size_t room);
  // How many of `size` bytes a write takes: then put() exactly that many, and writeDone().
  SockResult writeStart(size_t size);
  // `left` is how much of it is still to be put, this included.
  void put(const char* from, size_t n, size_t left);
  void writeDone();
  // Between put() and writeDone(): the last byte was written with MSG_OOB.
  void markUrgent() { urgentSent_ = send_.end(); }
  void shutdownWrite();
  // SHUT_RD: reads see the end once nothing is queued. Data that comes later is still taken, but resets a connection whose
  // other direction is shut too (Linux' TCPAbortOnData).
  void shutdownRead();
  // Directions that were shut before connect(): Linux keeps that in mind, and sends no FIN for it.
  void wasShut(bool read, bool write);
  // close(2); with `abort` as after SO_LINGER 0. Nothing may be called afterwards.
  void close(bool abort);
  SockError takeError();
  uint8_t poll() const;
  void setWatcher(SocketWatcher* watcher) { watcher_ = watcher; }
  // setsockopt(2) of a connection that exists: what differs takes effect at once.
  void setParameters(const SocketParameters& parameters);
  SocketWatcher* watcher() const { return watcher_; }

  size_t unread() const { return receiveQueued_; }
  size_t unacknowledged() const { return send_.bytes(); }
  // A write met a full buffer: room will be an edge.
  bool awaitsSpace() const { return noSpace_; }
  bool sendBufferFull() const { return send_.bytes() >= sendCapacity_; }
  TcpState state() const { return state_; }
  const SocketParameters& parameters() const { return parameters_; }
  Endpoint local() const { return local_; }
  Endpoint peer() const { return peer_; }
  EntityId id() const { return id_; }
  // Smoothed (RFC 6298).
  Duration roundTrip() const { return roundTrip_; }
  // "retransmit 0.250000 (2)": the timer that runs, in how many seconds, how often it has fired in a row; or empty.
  std::string timerText() const;
  // Its record in the ledger.
  ConnectionRecord& record() { return *record_; }

  // The kernel.
  void receive(Segment* segment);
  // Asks for the memory that a segment will touch, which changes nothing: first the socket, then (when that is there) what it points at.
  void prefetch() const { prefetchBytes(this, kHotBytes); }
  void prefetchParts() const {
    if (side_ != nullptr) prefetchBytes(side_, 1);
    if (send_.first() != nullptr) prefetchObject(send_.first());
  }
  // A segment of this socket, or (for one without sequence space) an answer that it waits for, was lost.
  void onLost(const Segment& segment);
  // Taken from a listener's queue by accept().
  void accepted();
  // The listener died with this in its queue, or the host: ends without the application.
  void abandon(bool sendReset);

 private:
  friend class Tcp;
  friend class ListeningSocket;
  friend class PortTable;
  enum class TimerUse : uint8_t { kNone, kRetransmit, kTailProbe, kProbe };

  void become(EntityId id, Endpoint local, Endpoint peer, Link* out, const SocketParameters& parameters);
  void take(const SocketParameters& parameters);
  void setState(TcpState state);
  void notify() {
    if (watcher_ != nullptr) watcher_->onEdge(poll());
  }

  // Output (socket_output.cc).
  void startConnect();
  void startAccept(const Segment& syn, ListeningSocket& listener);
  void output();
  void sendFin(SendPiece* lastPiece);
  void sendAck(uint64_t outOfOrderEnd = 0);
  void sendReset();
  void transmit(uint8_t flags, uint64_t seq, SendPiece* piece, uint64_t outOfOrderEnd = 0);
  void retransmit();
  uint32_t window() const;
  void armTimer(TimerUse use, Duration after, bool work);
  void stopTimer();
  void onTimer();
  void onRetransmitTimer();
  Duration retransmitTimeout() const;
  bool retriedEnough() const;
  Duration inTrouble() const;
  void markLost(const Segment& lost);
  bool mayProbeTail() const;
  Duration tailProbeTimeout() const;
  void onTailProbe();
  void resend(SendPiece& piece);
  void resendFin();
  void retransmitLost(uint64_t end);
  void sendProbe();
  void giveUp();
  void takeRoundTrip(Duration sample);

  // The slow timer (socket_idle.cc): keepalive, and FIN-WAIT-2 once nobody holds the socket.
  void fileIdleTimer(Duration after);
  void watchIdle();
  void waitForFin();
  void onIdleTimer();
  Duration userTimeoutLeft() const;

  // Input (socket_input.cc).
  bool handshake(Segment* segment);
  void connected(const Segment& segment);
  bool deferred(const Segment& segment);
  void onReset(const Segment& segment);
  bool acknowledge(const Segment& segment);
  void acceptData(Segment* segment);
  void keepOutOfOrder(Segment* segment);
  void takeOutOfOrder();
  bool takeInOrder(Segment* segment);
  void append(Segment* segment);
  void onUrgent(uint64_t at);
  uint64_t readAt() const { return receiveNext_ - receiveQueued_ - (finReceived_ ? 1 : 0); }
  bool urgentIsNext() const { return urgentAt_ != 0 && receiveQueued_ > 0 && readAt() == urgentAt_; }
  void skipUrgent();
  size_t unreadBytes() const { return receiveQueued_ - (urgentIsNext() ? 1 : 0); }
  void onFin();
  void scheduleAck(bool now);
  // The connection is over: leaves the tables. Keeps what the application may still read.
  void finish(SockError error);
  void finishTimeWait();
  void releaseIfDone();
  void dropReceived();

  // Ordered by how often it is touched: what every segment needs comes first and ends with kHotBytes, the rest follows. Thousands
  // of sockets that talk at once are in no cache, and cost what they are read from memory.
  Tcp& tcp_;
  EntityId id_ = 0;
  uint32_t readsAsked_ = 0;  // of choices
  uint32_t writesAsked_ = 0;
  uint32_t generation_ = 0;
  uint32_t peerGeneration_ = 0;
  Socket* peerSocket_ = nullptr;  // a hint; see Segment::receiver
  Endpoint local_;
  Endpoint peer_;
  Link* out_ = nullptr;  // null: no such host
  ConnectionSide* side_ = nullptr;
  SocketWatcher* watcher_ = nullptr;

  TcpState state_ = TcpState::kClosed;
  SockError error_ = SockError::kNone;
  TimerUse timerUse_ = TimerUse::kNone;
  bool applicationClosed_ = false;
  bool orphan_ = false;       // closed by the application, and counted by Tcp
  bool receiveShut_ = false;  // nothing more will come (FIN or reset)
  bool sendShut_ = false;     // the application ended its direction, or the connection is over
  bool readShut_ = false;     // the application ended it
  bool finReceived_ = false;
  bool finQueued_ = false;
  bool finSent_ = false;
  bool finLost_ = false;
  bool probedTail_ = false;  // since news came
  bool resends_ = false;     // in resend()
  bool noSpace_ = false;     // a write met a full buffer: the next room is an edge
  bool inTable_ = false;

  uint64_t receiveNext_ = 0;   // RCV.NXT
  uint64_t receiveRight_ = 0;  // right edge that the peer was told of
  uint64_t acknowledged_ = 0;  // RCV.NXT as of the last segment sent
  size_t receiveCapacity_ = 0;
  size_t receiveQueued_ = 0;
  Segment* receiveHead_ = nullptr;
  Segment* receiveTail_ = nullptr;
  Segment* outOfOrder_ = nullptr;  // by sequence number
  int64_t ackDueAt_ = 0;
  // Of the byte that reads leave out (SO_OOBINLINE is off), as Linux knows one at a time; 0: none, or read past.
  uint64_t urgentAt_ = 0;
  uint64_t urgentSent_ = 0;  // after the byte that was written last with MSG_OOB

  uint64_t sendUnacknowledged_ = 0;  // SND.UNA
  uint64_t sendNext_ = 0;            // SND.NXT
  uint64_t sendRight_ = 0;           // right edge of the peer's window
  size_t sendCapacity_ = 0;
  SendQueue send_;
  uint32_t retries_ = 0;       // and how often the time-out has doubled
  uint32_t probesOut_ = 0;     // window and keepalive probes since the peer was last heard
  uint64_t recoverUntil_ = 0;  // what was sent when the time-out fired
  uint64_t smallEnd_ = 0;      // of the last segment that was not full
  static constexpr int64_t kNoTrouble = -1;
  // First transmission of what is not acknowledged, or when the window closed.
  int64_t troubleSince_ = kNoTrouble;
  int64_t lastHeardAt_ = 0;
  Duration roundTrip_;          // SRTT
  Duration roundTripVariance_;  // RTTVAR
  static constexpr size_t kHotBytes = 6 * 64;

  ListeningSocket* listener_ = nullptr;  // until accepted
  ConnectionRecord* record_ = nullptr;
  SocketParameters parameters_;
  Event timer_{Delegate<void()>::to<&Socket::onTimer>(this)};
  Event idleTimer_{Delegate<void()>::to<&Socket::onIdleTimer>(this)};
};

}  // namespace orrery::sim
