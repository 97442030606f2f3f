#pragma once

#include <memory>
#include <vector>

#include "proxy/base/mutex.h"
#include "proxy/base/token_bucket.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::local_ratelimit {

// Settings with their statistics, and the place of their bucket among the filter's.
struct LimitConfig {
  LimitConfig(const LocalRateLimitOptions& options, stats::Layout& layout, size_t bucketIndex);
  LocalRateLimitOptions options;
  size_t bucket;
  stats::CounterId enabled;
  stats::CounterId enforced;
  stats::CounterId rateLimited;
  stats::CounterId ok;
};

// The buckets of one filter: the chain's own and one for each route setting, shared by all workers of a server.
class Buckets final : public http::FilterShared {
 public:
  struct Bucket {
    Bucket(const LocalRateLimitOptions::Bucket& o, TimePoint now)
        : tokens(o.maxTokens, o.tokensPerFill, o.fillInterval, now) {}
    Mutex mutex;
    TokenBucket tokens;
  };
  std::vector<std::unique_ptr<Bucket>> at;  // null: nothing is limited
};

// Lets as many requests through as a bucket of tokens allows, and answers 429 to the others (Envoy's local_ratelimit
// filter, without descriptors). Tokens come evenly with time.
//
// Lifetime: in the stream's arena. Threading: the worker's; buckets are the server's.
class LocalRateLimitFilter final : public http::PassThroughFilter {
 public:
  LocalRateLimitFilter(const LimitConfig& config, Buckets& buckets) : config_(&config), buckets_(buckets) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  bool take();

  const LimitConfig* config_;
  Buckets& buckets_;
  bool asked_ = false;  // the bucket was
  uint64_t remaining_ = 0;
  uint64_t resetSeconds_ = 0;
};

class LocalRateLimitPlan final : public http::FilterPlan {
 public:
  LocalRateLimitPlan(const LocalRateLimitOptions& options, const http::PlanInputs& inputs);
  std::shared_ptr<const void> compileRoute(const std::shared_ptr<const void>& options, stats::Layout& layout) override;
  std::unique_ptr<http::FilterShared> newShared(TimePoint now) const override;
  std::unique_ptr<http::FilterFactory> newFactory(const http::FilterWorker& worker) const override;

 private:
  std::vector<std::shared_ptr<const LimitConfig>> configs_;  // by bucket; the chain's own first
};

}  // namespace orrery::filters::local_ratelimit
