#include "envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"

namespace orrery::config {

namespace {

using LocalRateLimitMessage = envoy::extensions::filters::http::local_ratelimit::v3::LocalRateLimit;

filters::local_ratelimit::LocalRateLimitOptions toLocalRateLimit(Translation& t, const LocalRateLimitMessage& m) {
  filters::local_ratelimit::LocalRateLimitOptions out;
  out.statPrefix = m.stat_prefix();
  // A status that is no error would hide the refusal: Envoy takes 429 then.
  if (m.status().code() >= 400) out.status = static_cast<uint32_t>(m.status().code());
  if (m.has_token_bucket()) {
    const auto scope = t.path.field("token_bucket");
    auto& bucket = out.bucket.emplace();
    bucket.maxTokens = m.token_bucket().max_tokens();
    if (m.token_bucket().has_tokens_per_fill()) bucket.tokensPerFill = m.token_bucket().tokens_per_fill().value();
    bucket.fillInterval = toDuration(t, "fill_interval", m.token_bucket().fill_interval());
    if (bucket.fillInterval < Duration::milliseconds(50)) {
      t.refuse("local rate limit token bucket fill timer must be >= 50ms");
    }
  }
  if (m.has_filter_enabled()) out.filterEnabled = toFraction(t, "filter_enabled", m.filter_enabled());
  if (m.has_filter_enforced()) out.filterEnforced = toFraction(t, "filter_enforced", m.filter_enforced());
  out.requestHeadersWhenNotEnforced =
      toAdditions(t, "request_headers_to_add_when_not_enforced", m.request_headers_to_add_when_not_enforced());
  out.responseHeaders = toAdditions(t, "response_headers_to_add", m.response_headers_to_add());
  out.xRateLimitHeaders = m.enable_x_ratelimit_headers() != envoy::extensions::common::ratelimit::v3::OFF;
  out.resourceExhausted = m.rate_limited_as_resource_exhausted();
  return out;
}

}  // namespace

const FilterTranslator kLocalRateLimitTranslator{
    .typeName = "envoy.filters.http.local_ratelimit",
    .message = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    .translate = translated<LocalRateLimitMessage, toLocalRateLimit>,
    .routeMessage = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    .translateRoute = translated<LocalRateLimitMessage, toLocalRateLimit>};

}  // namespace orrery::config
