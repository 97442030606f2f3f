#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proxy/base/mutex.h"
#include "proxy/filters/http/health_check/health_check_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::health_check {

struct HealthCheckConfig {
  HealthCheckConfig(const HealthCheckOptions& o, const http::PlanInputs& inputs);
  HealthCheckOptions options;
  std::string nodeCluster;
  stats::CounterId requestTotal;
  stats::CounterId ok;
  stats::CounterId degraded;
  stats::CounterId failed;
  stats::CounterId cachedResponse;
  stats::CounterId failedClusterNotFound;
  stats::CounterId failedClusterEmpty;
  stats::CounterId failedClusterUnhealthy;
};

// The last answer of the upstream to a health check, kept until the next tick of cache_time. One for all workers.
class AnswerCache final : public http::FilterShared {
 public:
  AnswerCache(Duration every, TimePoint start) : every_(every), start_(start) {}
  struct Answer {
    uint32_t status = 0;
    bool degraded = false;
  };
  std::optional<Answer> get(TimePoint now);
  void put(Answer answer, TimePoint now);

 private:
  int64_t tick(TimePoint now) const { return (now - start_).inNanoseconds() / every_.inNanoseconds(); }

  const Duration every_;
  const TimePoint start_;
  Mutex mutex_;
  Answer answer_;
  int64_t answeredIn_ = -1;
};

// Answers health checks: by itself, or with what the upstream said last (Envoy's health_check filter). Other responses
// carry x-envoy-immediate-health-check-fail while this proxy is told to fail. Lifetime: in the stream's arena. Threading:
// the worker's.
class HealthCheckFilter final : public http::PassThroughFilter {
 public:
  HealthCheckFilter(const HealthCheckConfig& config, AnswerCache* cache, upstream::ClusterManager* clusters = nullptr)
      : config_(config), cache_(cache), clusters_(clusters) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  void answer();
  // By the health of the clusters' hosts.
  void judgeClusters(http::LocalReply& reply);

  const HealthCheckConfig& config_;
  AnswerCache* const cache_;                   // null: nothing is kept
  upstream::ClusterManager* const clusters_;   // null: none is to be judged
  std::optional<AnswerCache::Answer> cached_;  // what was known when the check came
  bool isCheck_ = false;
  bool answers_ = false;  // here, not upstream
};

class HealthCheckPlan final : public http::FilterPlan {
 public:
  HealthCheckPlan(const HealthCheckOptions& options, const http::PlanInputs& inputs) : config_(options, inputs) {}
  std::unique_ptr<http::FilterShared> newShared(TimePoint now) const override;
  std::unique_ptr<http::FilterFactory> newFactory(const http::FilterWorker& worker) const override;

 private:
  const HealthCheckConfig config_;
};

}  // namespace orrery::filters::health_check
