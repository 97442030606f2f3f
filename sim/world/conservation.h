#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/server/server.h"
#include "sim/checks/broken.h"
#include "sim/ledger/ledger.h"

namespace orrery::sim {

// Which statistics of a layout the checks look at; found once.
struct StatPlan {
  struct Stat {
    uint32_t cell;
    std::string name;
  };
  std::vector<Stat> activeRequests;   // gauges that are zero at rest
  std::vector<Stat> openConnections;  // gauges that are zero after shutdown
  std::vector<uint32_t> requestTotals;
};
StatPlan statPlanOf(const server::CompiledBootstrap& compiled);

// Sums over the proxy's workers, by cell of the layout.
using StatSums = std::vector<uint64_t>;
StatSums statSums(const server::Server& server);

// At rest: nothing is in flight, every story has ended. A request that is still counted as active, a work timer that is still
// armed, a counter that disagrees with the events.
void judgeAtRest(server::Server& server, const StatPlan& plan, const StatSums& sums, uint64_t requestsFinished,
                 TimePoint now, Findings& findings);

// After shutdown: every connection of the proxy is closed, every gauge of connections and requests is zero.
void judgeAfterShutdown(const StatPlan& plan, const StatSums& sums, const Ledger& ledger,
                        const std::vector<uint32_t>& proxyAddresses, TimePoint now, Findings& findings);

}  // namespace orrery::sim
