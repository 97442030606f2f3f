#pragma once

#include <memory>
#include <vector>

#include "proxy/filters/http/local_ratelimit/limit_buckets.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::local_ratelimit {

// Settings with their statistics, and the place of their buckets among the filter's.
struct LimitConfig {
  using Options = LocalRateLimitOptions;
  using Item = LimitBuckets;
  LimitConfig(const LocalRateLimitOptions& options, stats::Layout& layout, size_t bucketsIndex);
  // Null: nothing is limited.
  std::unique_ptr<LimitBuckets> newItem(TimePoint now) const;
  LocalRateLimitOptions options;
  size_t buckets;
  stats::CounterId enabled;
  stats::CounterId enforced;
  stats::CounterId rateLimited;
  stats::CounterId ok;
  stats::CounterId shadowMode;
};
using Buckets = http::SharedItems<LimitBuckets>;

// Lets as many requests through as buckets of tokens allow, and answers 429 to the others (Envoy's local_ratelimit
// filter). Tokens come evenly with time.
//
// Lifetime: in the stream's arena. Threading: the worker's; buckets are the server's.
class LocalRateLimitFilter final : public http::PassThroughFilter {
 public:
  LocalRateLimitFilter(const LimitConfig& config, Buckets& buckets) : config_(&config), buckets_(buckets) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  // Null: nothing is limited.
  LimitBuckets* buckets();
  TimePoint now() { return decoder_->worker().dispatcher.now(); }
  std::vector<route::Descriptor> descriptors(message::HeaderMap& headers);
  void refuse(message::HeaderMap& headers);

  const LimitConfig* config_;
  Buckets& buckets_;
  LimitBuckets* drawnFrom_ = nullptr;
  LimitBuckets::Verdict verdict_;
};

using LocalRateLimitPlan = http::PerSettingPlan<LocalRateLimitFilter, LimitConfig>;

}  // namespace orrery::filters::local_ratelimit
