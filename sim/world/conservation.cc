#include "sim/world/conservation.h"

#include <algorithm>
#include <array>

#include "proxy/base/assert.h"
#include "proxy/io/timer.h"
#include "sim/checks/expectations.h"

namespace orrery::sim {

namespace {

constexpr std::string_view kStatsSubject = "stats.";

using Kind = io::TimerKind;
constexpr size_t kKinds = 64;

// Whose end a timer does not outlive.
enum class Owner : uint8_t {
  kNobody,
  kConnection,
  // From here on none may be armed at rest.
  kConnecting,
  kFlushing,  // bytes of a stream that has ended are still on their way
  kStream,
  kAttempt,
  kFilter,
};
Owner ownerOf(Kind kind) {
  switch (kind) {
    case Kind::kConnectionIdle:
    case Kind::kDrain:
    case Kind::kDelayedClose:
    case Kind::kMaxConnectionDuration:
    case Kind::kHttp2Keepalive:
    case Kind::kHttp2KeepaliveTimeout:
    case Kind::kUpstreamIdle: return Owner::kConnection;
    case Kind::kConnect: return Owner::kConnecting;
    case Kind::kStreamFlush: return Owner::kFlushing;
    case Kind::kStreamIdle:
    case Kind::kRequestHeaders:
    case Kind::kRequest:
    case Kind::kMaxStreamDuration:
    case Kind::kAccessLog: return Owner::kStream;
    case Kind::kRoute:
    case Kind::kPerTry:
    case Kind::kPerTryIdle:
    case Kind::kRetryBackoff: return Owner::kAttempt;
    case Kind::kFault:
    case Kind::kRateLimit: return Owner::kFilter;
    case Kind::kFileFlush:
    case Kind::kServerDrain:
    case Kind::kAcceptRetry:
    case Kind::kDns:
    case Kind::kActor:
    case Kind::kHarness: return Owner::kNobody;
  }
  return Owner::kNobody;
}

// Of those for which test(timer) holds, the one that is due first, or null.
template <class Test>
const io::Timer* firstTimer(const io::Dispatcher& dispatcher, Test&& test) {
  const io::Timer* found = nullptr;
  dispatcher.forEachArmedTimer([&](const io::Timer& t) {
    if (test(t) && (found == nullptr || t.deadline() < found->deadline() ||
                    (t.deadline() == found->deadline() && t.kind() < found->kind()))) {
      found = &t;
    }
  });
  return found;
}

bool isActiveStreams(std::string_view name) { return name.ends_with("downstream_rq_active"); }
bool isActiveAttempts(std::string_view name) {
  return name.ends_with("upstream_rq_active") || name.ends_with("upstream_rq_pending_active");
}
bool isBuffered(std::string_view name) {
  return name.ends_with("_cx_rx_bytes_buffered") || name.ends_with("_cx_tx_bytes_buffered");
}
// What an expectation names as stats.NAME.
void addNamed(const Expectation& claim, const stats::Layout& layout, std::vector<uint32_t>& out) {
  const auto add = [&](std::string_view text) {
    if (!text.starts_with(kStatsSubject)) return;
    const stats::StatName* stat = layout.find(text.substr(kStatsSubject.size()));
    if (stat != nullptr && stat->kind != stats::Kind::kHistogram) out.push_back(stat->index);
  };
  add(claim.value);
  for (const std::string& text : claim.to) add(text);
  for (const Expectation& operand : claim.operands) addNamed(operand, layout, out);
}
bool isOpenConnections(std::string_view name) {
  return name.ends_with("downstream_cx_active") || name.ends_with("upstream_cx_active");
}

}  // namespace

StatPlan statPlanOf(const server::CompiledBootstrap& compiled, const Scenario& scenario) {
  StatPlan plan;
  for (const stats::StatName& stat : compiled.layout().names()) {
    if (stat.kind != stats::Kind::kGauge) continue;
    if (isActiveStreams(stat.name)) plan.activeStreams.push_back({stat.index, stat.name});
    if (isActiveAttempts(stat.name)) plan.activeAttempts.push_back({stat.index, stat.name});
    if (isOpenConnections(stat.name)) plan.openConnections.push_back({stat.index, stat.name});
    if (isBuffered(stat.name)) plan.bufferedBytes.push_back(stat.index);
    if (stat.name.ends_with("downstream_cx_http2_active")) plan.framedConnections.push_back(stat.index);
  }
  for (uint32_t i = 0; i < compiled.clusters()->size(); ++i) {
    const upstream::ClusterOptions& cluster = compiled.clusters()->at(i).options;
    if (!cluster.http2Upstream) continue;
    if (const auto* active = compiled.layout().find("cluster." + cluster.name + ".upstream_cx_active"))
      plan.framedConnections.push_back(active->index);
  }
  plan.activeRequests = plan.activeStreams;
  plan.activeRequests.insert(plan.activeRequests.end(), plan.activeAttempts.begin(), plan.activeAttempts.end());
  for (const auto& listener : compiled.listeners()) {
    const stats::StatName* total =
        compiled.layout().find("http." + listener.hcm->options->statPrefix + ".downstream_rq_total");
    if (total == nullptr) continue;
    // Listeners of one prefix share the counter.
    auto& totals = plan.requestTotals;
    if (std::find(totals.begin(), totals.end(), total->index) == totals.end()) totals.push_back(total->index);
  }
  plan.summed = plan.requestTotals;
  for (const auto* list : {&plan.activeRequests, &plan.openConnections}) {
    for (const StatPlan::Stat& stat : *list) plan.summed.push_back(stat.cell);
  }
  for (const auto* claims : {&scenario.always, &scenario.sometimes, &scenario.plain}) {
    for (const Expectation& claim : *claims) addNamed(claim, compiled.layout(), plan.summed);
  }
  std::sort(plan.summed.begin(), plan.summed.end());
  plan.summed.erase(std::unique(plan.summed.begin(), plan.summed.end()), plan.summed.end());
  return plan;
}

StatSums::StatSums(const server::Server& server, const StatPlan& plan)
    : cells_(&plan.summed), sums_(plan.summed.size()) {
  for (const stats::Block* block : server.workerBlocks()) {
    for (size_t i = 0; i < sums_.size(); ++i) sums_[i] += block->cell(plan.summed[i]);
  }
}

uint64_t StatSums::operator[](uint32_t cell) const {
  const auto at = std::lower_bound(cells_->begin(), cells_->end(), cell);
  ORRERY_ASSERT(at != cells_->end() && *at == cell, "a cell is summed that a plan names");
  return sums_[static_cast<size_t>(at - cells_->begin())];
}

const io::Timer* timerWithoutWork(const io::Dispatcher& dispatcher, uint64_t streams, uint64_t attempts) {
  std::array<uint64_t, kKinds> armed{};
  bool tooMany = false;
  const auto most = [&](Kind kind) -> uint64_t {
    switch (ownerOf(kind)) {
      case Owner::kStream: return streams;
      case Owner::kAttempt: return streams + attempts;
      case Owner::kFilter: return streams == 0 ? 0 : UINT64_MAX;  // several filters, both directions
      default: return UINT64_MAX;
    }
  };
  dispatcher.forEachArmedTimer(
      [&](const io::Timer& t) { tooMany = ++armed[static_cast<size_t>(t.kind())] > most(t.kind()) || tooMany; });
  if (!tooMany) return nullptr;
  return firstTimer(dispatcher,
                    [&](const io::Timer& t) { return armed[static_cast<size_t>(t.kind())] > most(t.kind()); });
}

std::string timerText(const io::Timer& timer, const Names& names) {
  return "timer " + std::string(io::timerKindName(timer.kind())) + " armed, due at " +
         valueText(Duration(timer.deadline() - TimePoint())) + " (" + names.path(timer.entity()) + ")";
}

void judgeAtRest(server::Server& server, const StatPlan& plan, const StatSums& sums,
                 std::optional<uint64_t> requestsFinished, const Names& names, TimePoint now, Findings& findings) {
  for (const StatPlan::Stat& stat : plan.activeRequests) {
    if (sums[stat.cell] != 0)
      findings.broken(kConservation, "proxy", now, "at rest " + stat.name + " is " + std::to_string(sums[stat.cell]));
  }
  for (uint32_t w = 0; w < server.compiled().concurrency(); ++w) {
    const io::Dispatcher& dispatcher = server.workerRuntime(w).worker().dispatcher;
    const io::Timer* timer =
        firstTimer(dispatcher, [](const io::Timer& t) { return ownerOf(t.kind()) >= Owner::kConnecting; });
    if (timer != nullptr)
      findings.broken(kConservation, "proxy", now,
                      "at rest worker " + std::to_string(w) + " has " + timerText(*timer, names));
  }
  uint64_t begun = 0;
  for (const uint32_t cell : plan.requestTotals) begun += sums[cell];
  if (requestsFinished && begun != *requestsFinished) {
    findings.broken(kConservation, "proxy", now,
                    "downstream_rq_total is " + std::to_string(begun) + ", but " + std::to_string(*requestsFinished) +
                        " requests were finished");
  }
}

void judgeAfterShutdown(server::Server& server, const StatPlan& plan, const Ledger& ledger,
                        const std::vector<IpAddress>& proxyAddresses, const Names& names, TimePoint now,
                        Findings& findings) {
  for (uint32_t w = 0; w < server.compiled().concurrency(); ++w) {
    const net::Worker& worker = server.workerRuntime(w).worker();
    const std::string who = "after shutdown worker " + std::to_string(w) + " has ";
    if (const io::Timer* timer =
            firstTimer(worker.dispatcher, [](const io::Timer& t) { return ownerOf(t.kind()) != Owner::kNobody; }))
      findings.broken(kConservation, "proxy", now, who + timerText(*timer, names));
    if (const size_t blocks = worker.blocks.liveBlocks(); blocks != 0)
      findings.broken(kConservation, "proxy", now, who + std::to_string(blocks) + " blocks of buffers");
  }
  const StatSums sums(server, plan);
  for (const auto* list : {&plan.activeRequests, &plan.openConnections}) {
    for (const StatPlan::Stat& stat : *list) {
      if (sums[stat.cell] == 0) continue;
      findings.broken(kConservation, "proxy", now,
                      "after shutdown " + stat.name + " is " + std::to_string(sums[stat.cell]));
    }
  }
  const auto isProxy = [&](IpAddress ip) {
    return std::find(proxyAddresses.begin(), proxyAddresses.end(), ip) != proxyAddresses.end();
  };
  for (uint64_t id = ledger.connections.firstId(); id <= ledger.connections.lastId(); ++id) {
    const ConnectionRecord& c = ledger.connections.at(id);
    const bool mine = isProxy(c.clientAddress.ip());
    const bool accepted = isProxy(c.serverAddress.ip()) && c.acceptedAt != kNever;
    const bool left = (mine && c.client.closedAt == kNever) || (accepted && c.server.closedAt == kNever);
    if (!left) continue;
    findings.broken(kConservation, "proxy", now,
                    "after shutdown the connection " + c.clientAddress.text() + " -> " + c.serverAddress.text() +
                        " is still open in the proxy");
  }
}

}  // namespace orrery::sim
