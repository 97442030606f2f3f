#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "proxy/base/intrusive_list.h"
#include "sim/core/event_queue.h"
#include "sim/ledger/endpoint.h"
#include "sim/net/listening_socket.h"
#include "sim/net/net_pools.h"
#include "sim/net/object_slab.h"
#include "sim/net/port_table.h"
#include "sim/net/segment.h"
#include "sim/net/socket.h"

namespace orrery::sim {

class Host;
class Net;
class Run;

// Times of the reference kernel (Linux 6.18, default sysctls).
struct TcpTimes {
  static constexpr Duration kDelayedAck = Duration::milliseconds(40);
  static constexpr Duration kTimeWait = Duration::seconds(60);
  static constexpr Duration kFinWait2 = Duration::seconds(60);   // tcp_fin_timeout
  static constexpr Duration kFirstRetry = Duration::seconds(1);  // RFC 6298: before a round trip was measured
  static constexpr Duration kLeastRetry = Duration::milliseconds(200);
  static constexpr Duration kLongestRetry = Duration::seconds(120);
  static constexpr Duration kTwoTicks = Duration::milliseconds(8);  // TCP_TIMEOUT_MIN at 250 Hz
  static constexpr Duration kTimeWaitReuse = Duration::seconds(1);  // tcp_tw_reuse
  static constexpr uint32_t kSynAckRetries = 5;                     // tcp_synack_retries
  // tcp_retries2 = 15 and, once nobody holds the socket, tcp_orphan_retries = 0 (which means 8) are times to Linux: of that many
  // doublings of the least time-out (tcp_model_timeout()).
  static constexpr Duration kGiveUp = Duration::milliseconds(924'600);
  static constexpr Duration kGiveUpOrphan = Duration::milliseconds(102'200);
  static constexpr uint32_t kProbes = 15;  // tcp_retries2 again, in window probes without an answer
  static constexpr uint32_t kProbesOrphan = 8;
  // tcp_model_timeout() of `n` retries from kFirstRetry on.
  static constexpr Duration doublings(uint32_t n) {
    constexpr uint32_t kMost = 6;  // 64 s doubled would be more than kLongestRetry
    const Duration most = kFirstRetry * ((int64_t{2} << (n < kMost ? n : kMost)) - 1);
    return n <= kMost ? most : most + kLongestRetry * (n - kMost);
  }
};

// Sysctls in which kernels or machines differ; defaults are those of the reference machine.
struct TcpSettings {
  uint32_t synRetries = 6;        // tcp_syn_retries
  uint32_t linearSynRetries = 4;  // tcp_syn_linear_timeouts, since Linux 6.5; 0 before
  size_t maxOrphans = 131'072;    // tcp_max_orphans
};

// The TCP of one host: its connections by address pair, its listening sockets, ports, TIME-WAIT and delayed ACKs.
// Lifetime: the host's. Threading: the run's.
class Tcp {
 public:
  Tcp(Net& net, Host& host);
  ~Tcp();
  Tcp(const Tcp&) = delete;
  Tcp& operator=(const Tcp&) = delete;

  // Starts to connect; the socket is named `id`. An error is one that connect(2) itself reports.
  std::expected<Socket*, SockError> connect(Endpoint to, std::optional<Endpoint> bind,
                                            const SocketParameters& parameters, EntityId id);
  std::expected<std::unique_ptr<ListeningSocket>, SockError> listen(Endpoint at, const ListenParameters& parameters);

  // At an address that ports() chose.
  std::unique_ptr<ListeningSocket> listenAt(Endpoint at, const ListenParameters& parameters);
  PortTable& ports() { return ports_; }
  // A name for a connection that a descriptor makes.
  EntityId nextDescriptor();

  void receive(Segment* segment);
  // A segment between this host and another was lost on the way; finds the socket whose timer notices.
  // False: there is none.
  bool onLost(const Segment& segment);

  // Sends every acknowledgement that is delayed; true: there was one. For who lets a world settle.
  bool sendOwedAcks();
  // The host crashes: every connection ends without a segment, waits and owed acknowledgements are forgotten.
  void loseAll();

  // Sockets that are not closed, in order of creation; for state tables. O(n).
  std::vector<const Socket*> sockets() const;
  // In order of creation.
  const std::vector<ListeningSocket*>& listeners() const { return listeners_; }
  size_t openSockets() const { return table_.size(); }
  size_t timeWaits() const { return timeWaits_.size(); }
  // Connections that their application has closed and the protocol has not. Beyond settings().maxOrphans a close resets.
  size_t orphans() const { return orphans_; }
  // Sysctls of the host; of what happens from now on.
  TcpSettings& settings() { return settings_; }

  Net& net() { return net_; }
  Host& host() { return host_; }

 private:
  friend class Socket;
  friend class ListeningSocket;
  friend class PortTable;
  struct Flow {
    uint64_t local;
    uint64_t peer;
    bool operator==(const Flow&) const = default;
  };
  struct FlowHash {
    size_t operator()(const Flow& f) const;
  };
  struct TimeWait {
    uint64_t sendNext;
    uint64_t receiveNext;
    int64_t since;
    bool reuseAddress;
    bool reusePort;
  };

  Socket* find(Endpoint local, Endpoint peer) const;
  ListeningSocket* findListener(Endpoint local, EntityId connection);
  void onSyn(Segment* syn);
  bool onTimeWait(Segment* segment);
  void refuse(const Segment& segment);
  bool flowFree(Endpoint local, Endpoint peer) const;

  bool tooManyOrphans() const { return orphans_ >= settings_.maxOrphans; }
  void orphaned() { ++orphans_; }
  void orphanGone() { --orphans_; }

  Socket* newSocket();
  void enter(Socket& socket);
  void leave(Socket& socket);
  void recycle(Socket& socket);
  void startTimeWait(const Socket& socket);
  void onTimeWaitEnd();
  void oweAck(Socket& socket);
  void onAcksDue();

  Net& net_;
  Host& host_;
  Run& run_;
  std::unordered_map<Flow, Socket*, FlowHash> table_;  // looked up, never walked
  std::vector<ListeningSocket*> listeners_;            // in order of creation
  ObjectSlab<Socket> all_;
  std::vector<Socket*> idle_;
  std::unordered_map<Flow, TimeWait, FlowHash> timeWaits_;  // looked up, never walked
  struct TimeWaitEnd {
    Flow flow;
    int64_t at;
    int64_t since;
  };
  std::deque<TimeWaitEnd> timeWaitEnds_;  // by time: all waits are equally long
  Event timeWaitEvent_{Delegate<void()>::to<&Tcp::onTimeWaitEnd>(this)};
  IntrusiveList<Socket, DelayedAckTag> owedAcks_;  // by time, likewise
  Event ackEvent_{Delegate<void()>::to<&Tcp::onAcksDue>(this)};
  PortTable ports_{*this};
  uint64_t descriptors_ = 0;
  size_t orphans_ = 0;
  TcpSettings settings_;
};

}  // namespace orrery::sim
