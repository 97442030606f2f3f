#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/base/time.h"
#include "sim/ledger/endpoint.h"
#include "sim/ledger/records.h"

namespace orrery::sim {

// The ghost ledger: what happened in a world, written down by those who cannot be wrong about it, the simulated kernel
// (connections) and the scripted actors (requests, attempts). Never by the proxy. Checks read it.
//
// On real sockets the actors fill their part too; there are no connection records then, and `connection` stays 0.

// "It has not happened."
inline constexpr TimePoint kNever = TimePoint::max();

// One end of a connection, as its kernel saw it. What every segment writes shares a cache line.
struct alignas(64) ConnectionSide {
  uint64_t bytesWritten = 0;          // taken from the application
  uint64_t bytesReceived = 0;         // arrived in order
  uint64_t bytesRead = 0;             // delivered to the application
  TimePoint lastReceivedAt = kNever;  // the youngest of bytesReceived
  TimePoint lastReadAt = kNever;      // the youngest of bytesRead
  uint64_t host = 0;                  // number of the host, from 1
  TimePoint establishedAt = kNever;
  TimePoint closedAt = kNever;  // the application closed or aborted its stream

  TimePoint finSentAt = kNever;      // first transmission
  TimePoint finReceivedAt = kNever;  // in order: all bytes before it had arrived
  TimePoint resetSentAt = kNever;
  TimePoint resetReceivedAt = kNever;
  TimePoint timedOutAt = kNever;  // this end gave up (SYN retries, retransmission)

  bool gone() const { return resetSentAt != kNever || resetReceivedAt != kNever || timedOutAt != kNever; }
};

// A connection, from the first SYN on; also one that was refused, lost, or never accepted.
struct ConnectionRecord {
  uint64_t id = 0;
  Endpoint clientAddress;
  Endpoint serverAddress;
  TimePoint synAt = kNever;       // first SYN sent
  TimePoint acceptedAt = kNever;  // accept() gave it to the server's application
  bool refused = false;           // the answer to the SYN was RST
  bool raw = false;               // one of the actors sent bytes that a story spells out: what they are is not known
  bool multiplexed = false;       // HTTP/2: requests on it do not wait for one another
  ConnectionSide client;
  ConnectionSide server;
};

// A connection that its own kernel refused to begin: no SYN was sent.
struct FailedConnect {
  IpAddress client;  // first address of the host
  Endpoint server;
  TimePoint at;
};

// How a request ended, for the client that sent it.
enum class RequestOutcome : uint8_t {
  kPending,        // still running
  kComplete,       // the whole response was read
  kReset,          // the connection, or its stream, was reset before the response was complete
  kClosed,         // the connection ended (FIN) before the response was complete
  kConnectFailed,  // refused or timed out: nothing was sent
  kClientGaveUp,   // the actor's own decision (script, time-out)
  kMalformed,      // what came back is not HTTP
};

// What one end of a tunnel (a granted upgrade or CONNECT) said and heard, up to kMostTunnelBytes each way.
inline constexpr size_t kMostTunnelBytes = 1024 * 1024;
struct TunnelRecord {
  uint64_t id = 0;
  std::string sent;
  std::string received;
  uint64_t bytesReceived = 0;  // also of those that were not kept
  void keepSent(std::string_view bytes) { sent.append(bytes.substr(0, kMostTunnelBytes - sent.size())); }
  void keepReceived(std::string_view bytes) {
    bytesReceived += bytes.size();
    received.append(bytes.substr(0, kMostTunnelBytes - received.size()));
  }
};

// A request as its client sees it.
struct RequestRecord {
  uint64_t id = 0;                 // also the id the request carries on the wire
  std::string client;              // name of the actor
  uint64_t connection = 0;         // ledger number of the client's connection; 0 on real sockets
  uint64_t indexOnConnection = 0;  // from 1
  std::string method;
  std::string path;
  uint64_t requestBodyBytes = 0;   // as planned
  uint64_t requestBodySent = 0;    // handed to the kernel so far
  TimePoint startedAt = kNever;    // first byte handed to the kernel
  TimePoint sentAt = kNever;       // last byte handed to the kernel
  TimePoint cancelledAt = kNever;  // the client reset its stream
  bool headWhole = true;           // false: bytes of a story's own that begin a head and do not end it
  bool framedByStory = false;      // its target or fields say where it ends, perhaps wrongly, and may be no HTTP
  RequestOutcome outcome = RequestOutcome::kPending;
  TimePoint headAt = kNever;   // response head complete
  TimePoint endedAt = kNever;  // response complete, or outcome decided
  uint32_t status = 0;         // 0: no response head came
  uint32_t informational = 0;  // number of 1xx heads before it
  uint64_t responseNonce = 0;  // the nonce header of the response; 0: none (a local reply of the proxy)
  uint64_t responseBodyBytes = 0;
  uint64_t responseBodyHash = 0;
  bool responseComplete = false;
  uint64_t tunnel = 0;  // its connection's, from its response on; 0: none
};

// An attempt of a request as the origin sees it.
struct AttemptRecord {
  uint64_t id = 0;
  uint64_t request = 0;            // id carried by the request; 0: it carried none
  std::string origin;              // name of the actor
  uint64_t connection = 0;         // ledger number of the origin's connection; 0 on real sockets
  uint64_t indexOnConnection = 0;  // from 1
  std::string method;
  std::string path;
  TimePoint firstByteAt = kNever;   // first byte of the request read
  TimePoint headAt = kNever;        // request head complete
  TimePoint requestEndAt = kNever;  // request complete
  uint64_t requestBodyBytes = 0;
  uint64_t requestBodyHash = 0;
  bool requestComplete = false;
  uint64_t nonce = 0;   // of the response that this attempt gets; unique in the run
  uint32_t status = 0;  // 0: the origin sent no response head
  TimePoint responseStartAt = kNever;
  TimePoint responseEndAt = kNever;  // last byte handed to the kernel
  uint64_t responseBodyBytes = 0;
  uint64_t responseBodyHash = 0;
  bool responseComplete = false;
  bool connectionLost = false;  // the connection, or its stream, ended before the response was handed over whole
  bool raw = false;            // bytes that a story spells out answered it, or went before its answer on the connection
  bool framedByStory = false;  // the fields of its response say where it ends, perhaps wrongly
  uint64_t tunnel = 0;         // its connection's, from its answer on; 0: none
  std::string_view
      responseText;  // the body if it is a text of the story (lives as long as that); else it is the nonce's pattern
};

// Lifetime: one a run; reused by clear(). Threading: the run's OS thread (actors on real sockets share one by their own
// means). Bounds: grows until dropBefore() of the record lists is called; a connection's record only when both its ends are
// closed, as the kernels write into it until then.
class Ledger {
 public:
  Records<ConnectionRecord> connections;
  Records<RequestRecord> requests;
  Records<AttemptRecord> attempts;
  Records<TunnelRecord> tunnels;
  std::vector<FailedConnect> failedConnects;  // in order of time

  // The youngest connection between these addresses, or null. For actors, who know only their stream's addresses.
  ConnectionRecord* findConnection(Endpoint client, Endpoint server);

  // sim/net: a SYN leaves.
  ConnectionRecord& addConnection(Endpoint client, Endpoint server, TimePoint at);

  // Actors: what is on the connection (0, or one that was dropped: nobody knows).
  void markRaw(uint64_t connection);
  void markMultiplexed(uint64_t connection);

  // A box on the way has another name for the youngest connection between these addresses: whoever sees that finds it too.
  void addName(Endpoint client, Endpoint server, Endpoint otherClient, Endpoint otherServer);

  // How often a connection was added or got another name: what findConnection() says of a pair stays true for as long.
  uint64_t namings() const { return namings_; }

  void clear();

 private:
  struct Pair {
    uint64_t client;
    uint64_t server;
    bool operator==(const Pair&) const = default;
  };
  struct PairHash {
    size_t operator()(const Pair& p) const;
  };
  std::unordered_map<Pair, uint64_t, PairHash> youngest_;  // looked up, never walked
  uint64_t namings_ = 0;
};

}  // namespace orrery::sim
