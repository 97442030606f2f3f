#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/server/server.h"
#include "sim/checks/broken.h"
#include "sim/core/names.h"
#include "sim/ledger/ledger.h"
#include "sim/scenario/scenario.h"

namespace orrery::sim {

// Which statistics of a layout the checks look at; found once.
struct StatPlan {
  struct Stat {
    uint32_t cell;
    std::string name;
  };
  std::vector<Stat> activeRequests;     // gauges that are zero at rest: the next two
  std::vector<Stat> activeStreams;      // of connection managers
  std::vector<Stat> activeAttempts;     // of clusters: being served, and waiting for a connection
  std::vector<uint32_t> bufferedBytes;  // of connections
  // Of connections that may be in the middle of a frame of HTTP/2, which no gauge counts.
  std::vector<uint32_t> framedConnections;
  std::vector<Stat> openConnections;  // gauges that are zero after shutdown
  std::vector<uint32_t> requestTotals;
  std::vector<uint32_t> summed;  // cells of which sums are taken, in order: those above, and what expectations name
};
StatPlan statPlanOf(const server::CompiledBootstrap& compiled, const Scenario& scenario);

// Sums over the proxy's workers of the cells of a plan: a layout has thousands, of which a story asks for a few.
// Lifetime: of the plan.
class StatSums {
 public:
  StatSums() = default;
  StatSums(const server::Server& server, const StatPlan& plan);
  bool taken() const { return cells_ != nullptr; }
  // Of one of the plan's.
  uint64_t operator[](uint32_t cell) const;

 private:
  const std::vector<uint32_t>* cells_ = nullptr;
  std::vector<uint64_t> sums_;
};

inline constexpr std::string_view kConservation = "conservation";

// An armed timer that stands for work, where no more than so many streams and attempts are under way, or nullptr. Of several
// the one that is due first.
const io::Timer* timerWithoutWork(const io::Dispatcher& dispatcher, uint64_t streams, uint64_t attempts);
// "timer route armed, due at 15.1s (/client/connection.1/timer_route.1)"
std::string timerText(const io::Timer& timer, const Names& names);

// At rest: nothing is in flight, every story has ended. A request that is still counted as active, a work timer that is still
// armed, a counter that disagrees with the events (`requestsFinished` unset: counters were reset and say nothing).
void judgeAtRest(server::Server& server, const StatPlan& plan, const StatSums& sums,
                 std::optional<uint64_t> requestsFinished, const Names& names, TimePoint now, Findings& findings);

// The workers have ended and are still there: none has a timer of a connection or a stream, or a buffer; every connection of
// the proxy is closed; every gauge of connections and requests is zero.
void judgeAfterShutdown(server::Server& server, const StatPlan& plan, const Ledger& ledger,
                        const std::vector<IpAddress>& proxyAddresses, const Names& names, TimePoint now,
                        Findings& findings);

}  // namespace orrery::sim
