#include "proxy/filters/http/local_ratelimit/local_ratelimit_filter.h"

#include <algorithm>

#include "proxy/http/chance.h"
#include "proxy/route/finalize.h"

namespace orrery::filters::local_ratelimit {

using message::HeaderId;
using message::HeaderMap;

namespace {

const message::HeaderName kRetryAfter("retry-after");

void addNumber(HeaderMap& headers, std::string_view name, uint64_t value) {
  headers.addReference(name, HeaderId::kOther, headers.arena().copy(std::to_string(value)));
}

}  // namespace

LimitConfig::LimitConfig(const LocalRateLimitOptions& o, stats::Layout& layout, size_t bucketsIndex)
    : options(o), buckets(bucketsIndex) {
  const std::string prefix = o.statPrefix + ".http_local_rate_limit.";
  enabled = layout.counter(prefix + "enabled");
  enforced = layout.counter(prefix + "enforced");
  rateLimited = layout.counter(prefix + "rate_limited");
  ok = layout.counter(prefix + "ok");
  shadowMode = layout.counter(prefix + "shadow_mode");
}

std::unique_ptr<LimitBuckets> LimitConfig::newItem(TimePoint now) const {
  const bool any = options.bucket || !options.descriptors.empty();
  return any ? std::make_unique<LimitBuckets>(options, now) : nullptr;
}

// Those of the filter, where it has some; else those of the route, and of its virtual host as the two have it.
std::vector<route::Descriptor> LocalRateLimitFilter::descriptors(HeaderMap& headers) {
  const LocalRateLimitOptions& options = config_->options;
  std::vector<route::Descriptor> out;
  if (options.descriptors.empty()) return out;
  const route::Route* const route = decoder_->route();
  const route::RouteAction* const action = route != nullptr && route->action ? &*route->action : nullptr;
  const route::RateLimitInputs inputs{headers, decoder_->streamInfo()};
  const auto add = [&](const std::vector<route::RateLimit>& limits, bool ofRoute) {
    for (const route::RateLimit& limit : limits) {
      // A limit that runtime could switch off is never looked at here, as in Envoy.
      if (ofRoute && (limit.stage != options.stage || !limit.disableKey.empty())) continue;
      // Of the filter's own, those at the end of streams are not looked at; a route's are like the others (measured at Envoy
      // 1.40).
      if (!ofRoute && limit.onStreamDone) continue;
      if (auto descriptor = route::descriptorOf(limit, inputs)) out.push_back(std::move(*descriptor));
    }
  };
  if (!options.rateLimits.empty()) {
    add(options.rateLimits, false);
    return out;
  }
  if (action == nullptr) return out;
  add(action->rateLimits, true);
  const bool ofHost = action->includeHostRateLimits || options.hostLimits == HostLimits::kToo ||
                      (options.hostLimits == HostLimits::kWhereTheRouteHasNone && action->rateLimits.empty());
  if (ofHost) add(decoder_->virtualHost()->rateLimits, true);
  return out;
}

LimitBuckets* LocalRateLimitFilter::buckets() {
  stream_info::FilterState* const kept = decoder_->streamInfo().connectionState;
  if (!config_->options.perConnection || kept == nullptr) return buckets_.at[config_->buckets].get();
  struct OfConnection final : stream_info::FilterObject {
    OfConnection(const LocalRateLimitOptions& options, TimePoint now) : buckets(options, now) {}
    LimitBuckets buckets;
  };
  std::unique_ptr<stream_info::FilterObject>& mine = (*kept)["per_connection_local_rate_limiter"];
  if (mine == nullptr) mine = std::make_unique<OfConnection>(config_->options, now());
  return &static_cast<OfConnection&>(*mine).buckets;
}

void LocalRateLimitFilter::refuse(HeaderMap& headers) {
  const LocalRateLimitOptions& options = config_->options;
  HeaderMap extra(decoder_->arena());
  route::applyLevel(options.responseHeaders, {decoder_->streamInfo(), &headers}, extra);
  if (options.retryAfter && options.status == 429 && verdict_.bucket != nullptr && !extra.has(kRetryAfter)) {
    const LimitBuckets::State state = drawnFrom_->stateOf(*verdict_.bucket, now());
    extra.set(kRetryAfter, std::to_string(std::max<uint64_t>(state.resetSeconds, 1)));
  }
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kRateLimited);
  http::LocalReply reply{
      .status = options.status, .body = "local_rate_limited", .details = "local_rate_limited", .headers = &extra};
  if (options.resourceExhausted) reply.grpcStatus = message::GrpcStatus::kResourceExhausted;
  decoder_->sendLocalReply(reply);
}

http::FilterHeadersStatus LocalRateLimitFilter::decodeHeaders(HeaderMap& headers, bool) {
  constexpr auto kContinue = http::FilterHeadersStatus::kContinue;
  if (const void* ofRoute = decoder_->routeSetting()) config_ = static_cast<const LimitConfig*>(ofRoute);
  const LocalRateLimitOptions& options = config_->options;
  net::Worker& worker = decoder_->worker();
  if (!http::drawEnabled(options.filterEnabled, worker)) return kContinue;
  worker.stats.add(config_->enabled);
  // Without buckets everything passes.
  drawnFrom_ = buckets();
  if (drawnFrom_ != nullptr) verdict_ = drawnFrom_->take(descriptors(headers), now());
  if (verdict_.shadowed) worker.stats.add(config_->shadowMode);
  if (verdict_.allowed) {
    worker.stats.add(config_->ok);
    return kContinue;
  }
  worker.stats.add(config_->rateLimited);
  if (verdict_.shadowed) return kContinue;
  if (!http::drawEnabled(options.filterEnforced, worker)) {
    route::applyLevel(options.requestHeadersWhenNotEnforced, {decoder_->streamInfo(), &headers}, headers);
    return kContinue;
  }
  worker.stats.add(config_->enforced);
  refuse(headers);
  return http::FilterHeadersStatus::kStopIteration;
}

http::FilterHeadersStatus LocalRateLimitFilter::encodeHeaders(HeaderMap& headers, bool) {
  constexpr auto kContinue = http::FilterHeadersStatus::kContinue;
  if (verdict_.bucket == nullptr || verdict_.headers == route::RateLimitHeaders::kOff) return kContinue;
  if (verdict_.headers == route::RateLimitHeaders::kAsTheFilterSays && !config_->options.xRateLimitHeaders) {
    return kContinue;
  }
  const LimitBuckets::State state = drawnFrom_->stateOf(*verdict_.bucket, now());
  addNumber(headers, "x-ratelimit-limit", state.limit);
  addNumber(headers, "x-ratelimit-remaining", state.remaining);
  addNumber(headers, "x-ratelimit-reset", state.resetSeconds);
  return kContinue;
}

}  // namespace orrery::filters::local_ratelimit
