#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/checks/proxy_facts.h"
#include "sim/ledger/ledger.h"

namespace orrery::sim {

// Bounds of clusters: no more connections, requests, waiting requests and retries at a time than the circuit breakers of the
// configuration take (workers that decide at once may pass a limit by their number less one). What there is at a time the
// kernels and the origins have written down; it is counted where it cannot be less for the proxy:
//
//   connections  from the first SYN until the proxy closed its end
//   requests     read by an origin and not answered whole. One by HTTP/1 ends with its connection, whose end the proxy makes
//                itself. A reset stream of HTTP/2 is news to its origin only later: requests are counted for each connection,
//                where frames come in order, and over all connections those that a reset of long ago would have reached
//   retries      the youngest attempt of a request behind its first, as long as its origin has not begun to answer: whether the
//                answer is good ends it
//   waiting      requests that the proxy has read whole heads of, has nothing to ask anybody about, and has sent to nobody
//
// Every function gives what is broken, for people; empty: nothing.
//
// Lifetime: facts, ledger and addresses outlive it. Threading: the run's. Bounds: what is under way. Cost: O(log clusters) for
// a connection or an attempt, O(under way) for one beyond a limit and for one at it.
class LimitsRule {
 public:
  LimitsRule(const ProxyFacts& facts, const Ledger& ledger, std::span<const IpAddress> proxy);

  // Connections may have been added to the ledger.
  std::string onConnections() { return ledger_.connections.added() == seen_ ? std::string() : newConnections(); }
  // `retry`: the attempt is not the first of its request, and nothing but a retry can have made it.
  std::string onAttempt(const AttemptRecord& attempt, bool retry, TimePoint now);
  std::string onAttemptEnded(const AttemptRecord& attempt, TimePoint now);

  // The requests that wait, named one after another between the two calls.
  void beginWaiting();
  // Since then it can have done nothing but wait for a connection of this cluster.
  void addWaiting(uint32_t cluster, uint64_t request, TimePoint since, TimePoint now);
  std::string endWaiting() const;

 private:
  struct Group {
    std::vector<uint64_t> connections;  // open when last looked at
    std::vector<uint64_t> requests;     // attempts
    std::vector<uint64_t> retries;      // attempts
    uint64_t waiting = 0;
    uint64_t lastWaiting = 0;
  };
  static constexpr size_t kNone = SIZE_MAX;

  std::string newConnections();
  // Whose endpoint the proxy's connection goes to; kNone: nobody's, or it is not the proxy's.
  size_t groupOf(uint64_t connection) const;
  // Those that the proxy must have had under way, now or a while ago.
  uint64_t surely(const std::vector<uint64_t>& attempts, bool unanswered, TimePoint now) const;
  std::string judge(size_t group, TimePoint now) const;
  bool openAtProxy(uint64_t connection) const;
  bool allIsRead(const Group& group) const;
  uint64_t heldUnseen(const Group& group) const;
  uint64_t allowed(uint64_t most) const;

  const ProxyFacts& facts_;
  const Ledger& ledger_;
  std::span<const IpAddress> proxy_;
  std::vector<std::pair<Endpoint, size_t>> endpoints_;  // sorted
  std::vector<Group> groups_;                           // as ProxyFacts::limits
  uint64_t seen_ = 0;                                   // connections of the ledger
};

}  // namespace orrery::sim
