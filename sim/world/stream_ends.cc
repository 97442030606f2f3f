#include "sim/world/stream_ends.h"

namespace orrery::sim {

namespace {

uint64_t sumOf(const stats::Block& block, const std::vector<StatPlan::Stat>& stats) {
  uint64_t sum = 0;
  for (const StatPlan::Stat& s : stats) sum += block.cell(s.cell);
  return sum;
}
uint64_t sumOf(const stats::Block& block, const std::vector<uint32_t>& cells) {
  uint64_t sum = 0;
  for (const uint32_t cell : cells) sum += block.cell(cell);
  return sum;
}

}  // namespace

StreamEnds::StreamEnds(server::Server& server, const StatPlan& plan, const Names& names, Findings& findings)
    : server_(server), plan_(plan), names_(names), findings_(findings), workers_(server.compiled().concurrency()) {}

void StreamEnds::onFinished(const events::RequestFinished& e) {
  Worker& w = workers_[e.worker];
  ++w.finished;
  ++w.endsUnwalked;
  w.connection = e.connection;
  w.request = e.request;
  w.ended = true;
}

bool StreamEnds::judge(uint32_t worker, bool countersReset, TimePoint now) {
  Worker& w = workers_[worker];
  w.ended = false;
  net::Worker& parts = server_.workerRuntime(worker).worker();
  const size_t before = findings_.allBroken().size();
  const auto broken = [&](const std::string& what) {
    findings_.broken(kConservation, "proxy", now,
                     "when request " + std::to_string(w.request) + " of connection " + std::to_string(w.connection) +
                         " had ended, worker " + std::to_string(worker) + " " + what);
  };
  const uint64_t active = sumOf(parts.stats, plan_.activeStreams);
  const uint64_t begun = sumOf(parts.stats, plan_.requestTotals);
  const uint64_t attempts = sumOf(parts.stats, plan_.activeAttempts);
  if (!countersReset && begun - w.finished != active) {
    broken("had " + plan_.activeStreams.front().name + " " + std::to_string(active) + " for " +
           std::to_string(begun - w.finished) + " requests under way");
  }
  if (attempts != w.attempts) {
    broken("had " + plan_.activeAttempts.front().name + " and the like at " + std::to_string(attempts) + " for " +
           std::to_string(w.attempts) + " attempts under way");
  }
  if (active == 0 || w.endsUnwalked >= parts.dispatcher.armedTimers()) {
    w.endsUnwalked = 0;
    if (const io::Timer* timer = timerWithoutWork(parts.dispatcher, active, w.attempts))
      broken("had " + timerText(*timer, names_));
  }
  // A frame of 16 KiB lies in so many blocks at most.
  constexpr uint64_t kBlocksOfAFrame = 8;
  const uint64_t frames = sumOf(parts.stats, plan_.framedConnections) * kBlocksOfAFrame;
  if (active == 0 && w.attempts == 0 && parts.blocks.liveBlocks() > frames &&
      sumOf(parts.stats, plan_.bufferedBytes) == 0)
    broken("held " + std::to_string(parts.blocks.liveBlocks()) + " blocks of buffers");
  return findings_.allBroken().size() != before;
}

}  // namespace orrery::sim
