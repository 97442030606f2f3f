#include "proxy/filters/http/local_ratelimit/local_ratelimit_filter.h"

#include "proxy/http/chance.h"
#include "proxy/route/finalize.h"

namespace orrery::filters::local_ratelimit {

using message::HeaderId;
using message::HeaderMap;

namespace {

void addNumber(HeaderMap& headers, std::string_view name, uint64_t value) {
  headers.addReference(name, HeaderId::kOther, headers.arena().copy(std::to_string(value)));
}

}  // namespace

LimitConfig::LimitConfig(const LocalRateLimitOptions& o, stats::Layout& layout, size_t bucketIndex)
    : options(o), bucket(bucketIndex) {
  const std::string prefix = o.statPrefix + ".http_local_rate_limit.";
  enabled = layout.counter(prefix + "enabled");
  enforced = layout.counter(prefix + "enforced");
  rateLimited = layout.counter(prefix + "rate_limited");
  ok = layout.counter(prefix + "ok");
  layout.counter(prefix + "shadow_mode");  // counted for descriptors, which are not there; the name is, as in Envoy
}

std::unique_ptr<SharedBucket> LimitConfig::newItem(TimePoint now) const {
  return options.bucket ? std::make_unique<SharedBucket>(*options.bucket, now) : nullptr;
}

// Without a bucket everything passes.
bool LocalRateLimitFilter::take() {
  SharedBucket* const bucket = buckets_.at[config_->bucket].get();
  if (bucket == nullptr) return true;
  const TimePoint now = decoder_->worker().dispatcher.now();
  const MutexLock lock(bucket->mutex);
  const bool got = bucket->tokens.take(1, now);
  asked_ = true;
  remaining_ = bucket->tokens.tokens(now);
  const int64_t wait = remaining_ > 0 ? 0 : bucket->tokens.untilNextToken(now).inNanoseconds();
  resetSeconds_ = static_cast<uint64_t>((wait + 999'999'999) / 1'000'000'000);
  return got;
}

http::FilterHeadersStatus LocalRateLimitFilter::decodeHeaders(HeaderMap& headers, bool) {
  constexpr auto kContinue = http::FilterHeadersStatus::kContinue;
  if (const void* ofRoute = decoder_->routeSetting()) config_ = static_cast<const LimitConfig*>(ofRoute);
  const LocalRateLimitOptions& options = config_->options;
  net::Worker& worker = decoder_->worker();
  if (!http::drawEnabled(options.filterEnabled, worker)) return kContinue;
  worker.stats.add(config_->enabled);
  if (take()) {
    worker.stats.add(config_->ok);
    return kContinue;
  }
  worker.stats.add(config_->rateLimited);
  if (!http::drawEnabled(options.filterEnforced, worker)) {
    route::applyLevel(options.requestHeadersWhenNotEnforced, {decoder_->streamInfo(), &headers}, headers);
    return kContinue;
  }
  worker.stats.add(config_->enforced);
  HeaderMap extra(decoder_->arena());
  route::applyLevel(options.responseHeaders, {decoder_->streamInfo(), &headers}, extra);
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kRateLimited);
  http::LocalReply reply{
      .status = options.status, .body = "local_rate_limited", .details = "local_rate_limited", .headers = &extra};
  if (options.resourceExhausted) reply.grpcStatus = message::GrpcStatus::kResourceExhausted;
  decoder_->sendLocalReply(reply);
  return http::FilterHeadersStatus::kStopIteration;
}

http::FilterHeadersStatus LocalRateLimitFilter::encodeHeaders(HeaderMap& headers, bool) {
  if (!asked_ || !config_->options.xRateLimitHeaders) return http::FilterHeadersStatus::kContinue;
  addNumber(headers, "x-ratelimit-limit", config_->options.bucket->maxTokens);
  addNumber(headers, "x-ratelimit-remaining", remaining_);
  addNumber(headers, "x-ratelimit-reset", resetSeconds_);
  return http::FilterHeadersStatus::kContinue;
}

}  // namespace orrery::filters::local_ratelimit
