#include "sim/world/bounds.h"

#include <algorithm>

namespace orrery::sim {

namespace {

constexpr std::string_view kBounds = "bounds";
// A read takes a block of 64 KiB, a frame of HTTP/2 is 16 KiB and its head.
constexpr uint64_t kReadAndFrame = 64 * 1024 + 16 * 1024 + 9;

uint64_t sum(uint64_t a, uint64_t b) { return b > UINT64_MAX - a ? UINT64_MAX : a + b; }

BoundPlan::Cluster boundsOf(const upstream::ClusterOptions& o, const server::CompiledBootstrap& compiled) {
  BoundPlan::Cluster c;
  c.name = o.name;
  const uint64_t workers = compiled.concurrency();
  const auto limit = [&](const std::string& gauge, uint64_t most, uint64_t more) {
    const std::string name = "cluster." + o.name + "." + gauge;
    const stats::StatName* stat = compiled.layout().find(name);
    if (stat != nullptr && sum(most, more) != UINT64_MAX) c.limits.push_back({stat->index, sum(most, more), name});
  };
  const auto both = [&](uint64_t upstream::CircuitBreakerThresholds::* field) {
    return sum(o.breakers.*field, o.highBreakers.*field);
  };
  using Thresholds = upstream::CircuitBreakerThresholds;
  limit("upstream_rq_active", both(&Thresholds::maxRequests), workers - 1);
  limit("upstream_rq_pending_active", both(&Thresholds::maxPendingRequests), workers - 1);
  // A pool is one of a host, a priority and a worker.
  limit("upstream_cx_active", both(&Thresholds::maxConnections),
        workers - 1 + o.endpoints.size() * upstream::kRoutePriorities * workers);
  if (!o.breakers.retryBudget && !o.highBreakers.retryBudget)
    c.mostRetries = sum(both(&Thresholds::maxRetries), workers - 1);
  return c;
}

}  // namespace

BoundPlan boundPlanOf(const server::CompiledBootstrap& compiled) {
  BoundPlan plan;
  for (uint32_t i = 0; i < compiled.clusters()->size(); ++i)
    plan.clusters.push_back(boundsOf(compiled.clusters()->at(i).options, compiled));
  return plan;
}

Bounds::Bounds(server::Server& server, const BoundPlan& plan, Findings& findings)
    : server_(server), plan_(plan), findings_(findings) {}

void Bounds::onAttemptStarted(const events::AttemptStarted& e) {
  if (started_ != nullptr && started_->name == e.cluster) return;
  const auto it = std::find_if(plan_.clusters.begin(), plan_.clusters.end(),
                               [&](const BoundPlan::Cluster& c) { return c.name == e.cluster; });
  if (it != plan_.clusters.end()) started_ = &*it;
  anyStarted_ = true;
}

bool Bounds::afterIteration(uint32_t worker, TimePoint now) {
  const bool buffers = judgeBuffers(worker, now);
  const bool started = std::exchange(anyStarted_, false);
  return (started && started_ != nullptr && judgeCluster(*started_, now)) || buffers;
}

bool Bounds::judgeBuffers(uint32_t worker, TimePoint now) {
  buffer::BlockPool& blocks = server_.workerRuntime(worker).worker().blocks;
  const uint64_t above = blocks.takeMostAbove();
  const uint64_t most = sum(blocks.highestWatermark(), kReadAndFrame);
  if (above <= most) return false;
  findings_.broken(kBounds, "proxy", now,
                   "a buffer of worker " + std::to_string(worker) + " was " + std::to_string(above) +
                       " bytes above its watermark, where nothing that is configured lets more than " +
                       std::to_string(most) + " come at once");
  return true;
}

bool Bounds::judgeCluster(const BoundPlan::Cluster& cluster, TimePoint now) {
  bool found = false;
  for (const BoundPlan::Limit& limit : cluster.limits) {
    uint64_t n = 0;
    for (const stats::Block* block : server_.workerBlocks()) n += block->cell(limit.gauge);
    if (n <= limit.most) continue;
    findings_.broken(
        kBounds, "proxy", now,
        limit.name + " is " + std::to_string(n) + ", where its circuit breakers take " + std::to_string(limit.most));
    found = true;
  }
  const auto number = static_cast<uint32_t>(&cluster - plan_.clusters.data());
  uint64_t retries = 0;
  for (const auto priority : {upstream::RoutePriority::kDefault, upstream::RoutePriority::kHigh})
    retries += server_.sharedClusters().breakers(number, priority).retries.peek();
  if (retries > cluster.mostRetries) {
    findings_.broken(kBounds, "proxy", now,
                     "cluster." + cluster.name + " has " + std::to_string(retries) +
                         " retries at a time, where its circuit breakers take " + std::to_string(cluster.mostRetries));
    found = true;
  }
  return found;
}

}  // namespace orrery::sim
