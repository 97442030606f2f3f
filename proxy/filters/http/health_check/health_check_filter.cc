#include "proxy/filters/http/health_check/health_check_filter.h"

namespace orrery::filters::health_check {

using http::FilterDataStatus;
using http::FilterHeadersStatus;
using http::FilterTrailersStatus;
using message::HeaderId;
using message::HeaderMap;
using stream_info::ResponseFlag;

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
  return http::factoryOf<HealthCheckFilter>(config_, static_cast<AnswerCache*>(worker.shared));
}

FilterHeadersStatus HealthCheckFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  if (!match::matchesAll(config_.options.headers, headers)) return FilterHeadersStatus::kContinue;
  isCheck_ = true;
  decoder_->streamInfo().healthCheck = true;
  net::Worker& worker = decoder_->worker();
  // Kept for the end of the request, by which the cache may have forgotten it.
  if (cache_ != nullptr) cached_ = cache_->get(worker.dispatcher.now());
  // Told to fail: the upstream is not asked.
  answers_ = !config_.options.passThrough || worker.healthCheckFailed || cached_;
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
  http::LocalReply reply{.status = 200, .body = {}, .details = "health_check_ok"};
  HeaderMap extra(decoder_->arena());
  reply.headers = &extra;
  if (worker.healthCheckFailed) {
    reply.status = 503;
    reply.details = "health_check_failed";
    decoder_->streamInfo().flags.set(ResponseFlag::kFailedLocalHealthCheck);
  } else if (cached_) {
    reply.status = cached_->status;
    reply.details = "health_check_cached";
    if (cached_->degraded) extra.addReference(HeaderId::kEnvoyDegraded, "");
  }
  if (reply.status >= 500) decoder_->streamInfo().flags.set(ResponseFlag::kFailedLocalHealthCheck);
  decoder_->sendLocalReply(reply);
}

FilterHeadersStatus HealthCheckFilter::encodeHeaders(HeaderMap& headers, bool) {
  if (isCheck_) {
    if (cache_ != nullptr && !answers_) {
      cache_->put({headers.status(), headers.has(HeaderId::kEnvoyDegraded)}, encoder_->worker().dispatcher.now());
    }
    static const message::HeaderName kCluster("x-envoy-upstream-healthchecked-cluster");
    headers.set(kCluster, config_.nodeCluster);
  } else if (encoder_->worker().healthCheckFailed) {
    headers.setReference(HeaderId::kEnvoyImmediateHealthCheckFail, "true");
  }
  return FilterHeadersStatus::kContinue;
}

}  // namespace orrery::filters::health_check
