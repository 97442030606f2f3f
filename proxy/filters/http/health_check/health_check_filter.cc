#include "proxy/filters/http/health_check/health_check_filter.h"

#include <algorithm>

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/cluster_manager.h"

namespace orrery::filters::health_check {

using http::FilterDataStatus;
using http::FilterHeadersStatus;
using http::FilterTrailersStatus;
using message::HeaderId;
using message::HeaderMap;
using stream_info::ResponseFlag;

HealthCheckConfig::HealthCheckConfig(const HealthCheckOptions& o, const http::PlanInputs& inputs)
    : options(o), nodeCluster(inputs.nodeCluster) {
  const auto counter = [&](const char* name) {
    return inputs.layout.counter(inputs.prefix() + "health_check." + name);
  };
  requestTotal = counter("request_total");
  ok = counter("ok");
  degraded = counter("degraded");
  failed = counter("failed");
  cachedResponse = counter("cached_response");
  failedClusterNotFound = counter("failed_cluster_not_found");
  failedClusterEmpty = counter("failed_cluster_empty");
  failedClusterUnhealthy = counter("failed_cluster_unhealthy");
}

std::optional<AnswerCache::Answer> AnswerCache::get(TimePoint now) {
  const MutexLock lock(mutex_);
  if (answeredIn_ != tick(now)) return std::nullopt;
  return answer_;
}

void AnswerCache::put(Answer answer, TimePoint now) {
  const MutexLock lock(mutex_);
  answer_ = answer;
  answeredIn_ = tick(now);
}

std::unique_ptr<http::FilterShared> HealthCheckPlan::newShared(TimePoint now) const {
  if (!config_.options.passThrough || config_.options.cacheTime.isZero()) return nullptr;
  return std::make_unique<AnswerCache>(config_.options.cacheTime, now);
}

std::unique_ptr<http::FilterFactory> HealthCheckPlan::newFactory(const http::FilterWorker& worker) const {
  return http::factoryOf<HealthCheckFilter>(config_, static_cast<AnswerCache*>(worker.shared), &worker.clusters);
}

FilterHeadersStatus HealthCheckFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  if (!match::matchesAll(config_.options.headers, headers)) return FilterHeadersStatus::kContinue;
  isCheck_ = true;
  decoder_->streamInfo().healthCheck = true;
  net::Worker& worker = decoder_->worker();
  // Kept for the end of the request, by which the cache may have forgotten it.
  if (cache_ != nullptr) cached_ = cache_->get(worker.dispatcher.now());
  // Told to fail: the upstream is not asked.
  answers_ = !config_.options.passThrough || worker.drain.healthCheckFailed() || cached_;
  if (!answers_) return FilterHeadersStatus::kContinue;
  if (endStream) answer();
  return FilterHeadersStatus::kStopIteration;
}

FilterDataStatus HealthCheckFilter::decodeData(buffer::Buffer& data, bool endStream) {
  if (!answers_) return FilterDataStatus::kContinue;
  data.clear();
  if (endStream) answer();
  return FilterDataStatus::kStopIterationNoBuffer;
}

FilterTrailersStatus HealthCheckFilter::decodeTrailers(HeaderMap&) {
  if (!answers_) return FilterTrailersStatus::kContinue;
  answer();
  return FilterTrailersStatus::kStopIteration;
}

void HealthCheckFilter::answer() {
  net::Worker& worker = decoder_->worker();
  worker.stats.add(config_.requestTotal);
  http::LocalReply reply{.status = 200, .body = {}, .details = "health_check_ok"};
  HeaderMap extra(decoder_->arena());
  reply.headers = &extra;
  if (worker.drain.healthCheckFailed()) {
    reply.status = 503;
    reply.details = "health_check_failed";
    decoder_->streamInfo().flags.set(ResponseFlag::kFailedLocalHealthCheck);
  } else if (cached_) {
    reply.status = cached_->status;
    reply.details = "health_check_cached";
    worker.stats.add(config_.cachedResponse);
    if (cached_->degraded) {
      extra.addReference(HeaderId::kEnvoyDegraded, "");
      worker.stats.add(config_.degraded);
    }
  } else {
    judgeClusters(reply);
  }
  worker.stats.add(reply.status / 100 == 2 ? config_.ok : config_.failed);
  if (reply.status >= 500) decoder_->streamInfo().flags.set(ResponseFlag::kFailedLocalHealthCheck);
  decoder_->sendLocalReply(reply);
}

void HealthCheckFilter::judgeClusters(http::LocalReply& reply) {
  stats::Block& stats = decoder_->worker().stats;
  const auto fail = [&](stats::CounterId why, std::string_view details) {
    reply.status = 503;
    reply.details = details;
    stats.add(why);
  };
  for (const auto& [name, percentage] : config_.options.minHealthyPercentages) {
    reply.details = "health_check_ok_cluster_healthy";
    const upstream::Cluster* const cluster = clusters_->find(name);
    if (cluster == nullptr) return fail(config_.failedClusterNotFound, "health_check_failed_no_cluster_found");
    const std::vector<upstream::EndpointOptions>& hosts = cluster->info().options.endpoints;
    if (hosts.empty() && percentage > 0) {
      return fail(config_.failedClusterEmpty, "health_check_failed_cluster_empty");
    }
    const auto usable =
        std::ranges::count_if(hosts, [](const auto& h) { return h.health != upstream::HostHealth::kUnhealthy; });
    if (100 * static_cast<uint64_t>(usable) < hosts.size() * percentage) {
      return fail(config_.failedClusterUnhealthy, "health_check_failed_cluster_unhealthy");
    }
  }
}

FilterHeadersStatus HealthCheckFilter::encodeHeaders(HeaderMap& headers, bool) {
  if (isCheck_) {
    if (cache_ != nullptr && !answers_) {
      cache_->put({headers.status(), headers.has(HeaderId::kEnvoyDegraded)}, encoder_->worker().dispatcher.now());
    }
    static const message::HeaderName kCluster("x-envoy-upstream-healthchecked-cluster");
    headers.set(kCluster, config_.nodeCluster);
  } else if (encoder_->worker().drain.healthCheckFailed()) {
    headers.setReference(HeaderId::kEnvoyImmediateHealthCheckFail, "true");
  }
  return FilterHeadersStatus::kContinue;
}

}  // namespace orrery::filters::health_check
