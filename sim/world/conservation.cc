#include "sim/world/conservation.h"

#include <algorithm>
#include <array>

#include "proxy/io/timer.h"

namespace orrery::sim {

namespace {

constexpr std::string_view kCheck = "conservation";

// Timers that stand for work under way: none may be armed when nothing is.
constexpr std::array kWorkTimers = {io::TimerKind::kStreamIdle,  io::TimerKind::kRequestHeaders,
                                    io::TimerKind::kRequest,     io::TimerKind::kMaxStreamDuration,
                                    io::TimerKind::kConnect,     io::TimerKind::kRoute,
                                    io::TimerKind::kPerTry,      io::TimerKind::kPerTryIdle,
                                    io::TimerKind::kRetryBackoff};

bool isActiveRequests(std::string_view name) {
  return name.ends_with("downstream_rq_active") || name.ends_with("upstream_rq_active") ||
         name.ends_with("upstream_rq_pending_active");
}
bool isOpenConnections(std::string_view name) {
  return name.ends_with("downstream_cx_active") || name.ends_with("upstream_cx_active");
}

}  // namespace

StatPlan statPlanOf(const server::CompiledBootstrap& compiled) {
  StatPlan plan;
  for (const stats::StatName& stat : compiled.layout().names()) {
    if (stat.kind == stats::Kind::kHistogram) continue;
    if (stat.kind == stats::Kind::kGauge && isActiveRequests(stat.name))
      plan.activeRequests.push_back({stat.index, stat.name});
    if (stat.kind == stats::Kind::kGauge && isOpenConnections(stat.name))
      plan.openConnections.push_back({stat.index, stat.name});
  }
  for (const auto& listener : compiled.listeners()) {
    const stats::StatName* total =
        compiled.layout().find("http." + listener.hcm->options->statPrefix + ".downstream_rq_total");
    if (total == nullptr) continue;
    // Listeners of one prefix share the counter.
    auto& totals = plan.requestTotals;
    if (std::find(totals.begin(), totals.end(), total->index) == totals.end()) totals.push_back(total->index);
  }
  return plan;
}

StatSums statSums(const server::Server& server) {
  StatSums sums(server.compiled().layout().cellCount());
  for (const stats::Block* block : server.workerBlocks()) {
    for (uint32_t i = 0; i < sums.size(); ++i) sums[i] += block->cell(i);
  }
  return sums;
}

void judgeAtRest(server::Server& server, const StatPlan& plan, const StatSums& sums, uint64_t requestsFinished,
                 TimePoint now, Findings& findings) {
  for (const StatPlan::Stat& stat : plan.activeRequests) {
    if (sums[stat.cell] != 0)
      findings.broken(kCheck, "proxy", now, "at rest " + stat.name + " is " + std::to_string(sums[stat.cell]));
  }
  for (uint32_t w = 0; w < server.compiled().concurrency(); ++w) {
    const io::Dispatcher& dispatcher = server.workerRuntime(w).worker().dispatcher;
    for (const io::TimerKind kind : kWorkTimers) {
      if (const size_t n = dispatcher.armedTimers(kind); n > 0) {
        findings.broken(kCheck, "proxy", now,
                        "at rest worker " + std::to_string(w) + " has " + std::to_string(n) +
                            " timer(s) armed of kind " + std::string(io::timerKindName(kind)));
      }
    }
  }
  uint64_t begun = 0;
  for (const uint32_t cell : plan.requestTotals) begun += sums[cell];
  if (begun != requestsFinished) {
    findings.broken(kCheck, "proxy", now,
                    "downstream_rq_total is " + std::to_string(begun) + ", but " + std::to_string(requestsFinished) +
                        " requests were finished");
  }
}

void judgeAfterShutdown(const StatPlan& plan, const StatSums& sums, const Ledger& ledger,
                        const std::vector<uint32_t>& proxyAddresses, TimePoint now, Findings& findings) {
  for (const auto* list : {&plan.activeRequests, &plan.openConnections}) {
    for (const StatPlan::Stat& stat : *list) {
      if (sums[stat.cell] == 0) continue;
      findings.broken(kCheck, "proxy", now, "after shutdown " + stat.name + " is " + std::to_string(sums[stat.cell]));
    }
  }
  const auto isProxy = [&](uint32_t ip) {
    return std::find(proxyAddresses.begin(), proxyAddresses.end(), ip) != proxyAddresses.end();
  };
  for (uint64_t id = ledger.connections.firstId(); id <= ledger.connections.lastId(); ++id) {
    const ConnectionRecord& c = ledger.connections.at(id);
    const bool mine = isProxy(c.clientAddress.ip);
    const bool accepted = isProxy(c.serverAddress.ip) && c.acceptedAt != kNever;
    const bool left = (mine && c.client.closedAt == kNever) || (accepted && c.server.closedAt == kNever);
    if (!left) continue;
    findings.broken(kCheck, "proxy", now,
                    "after shutdown the connection " + c.clientAddress.text() + " -> " + c.serverAddress.text() +
                        " is still open in the proxy");
  }
}

}  // namespace orrery::sim
