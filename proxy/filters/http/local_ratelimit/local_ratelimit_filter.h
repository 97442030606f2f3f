#pragma once

#include <memory>
#include <vector>

#include "proxy/base/mutex.h"
#include "proxy/base/token_bucket.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::local_ratelimit {

// Tokens that all workers draw from.
struct SharedBucket {
  SharedBucket(const BucketOptions& o, TimePoint now) : tokens(o.maxTokens, o.tokensPerFill, o.fillInterval, now) {}
  Mutex mutex;
  TokenBucket tokens;
};

// Settings with their statistics, and the place of their bucket among the filter's.
struct LimitConfig {
  using Options = LocalRateLimitOptions;
  using Item = SharedBucket;
  LimitConfig(const LocalRateLimitOptions& options, stats::Layout& layout, size_t bucketIndex);
  // Null: nothing is limited.
  std::unique_ptr<SharedBucket> newItem(TimePoint now) const;
  LocalRateLimitOptions options;
  size_t bucket;
  stats::CounterId enabled;
  stats::CounterId enforced;
  stats::CounterId rateLimited;
  stats::CounterId ok;
};
using Buckets = http::SharedItems<SharedBucket>;

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

using LocalRateLimitPlan = http::PerSettingPlan<LocalRateLimitFilter, LimitConfig>;

}  // namespace orrery::filters::local_ratelimit
