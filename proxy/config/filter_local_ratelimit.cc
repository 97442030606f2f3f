#include <algorithm>
#include <set>

#include <google/protobuf/duration.pb.h>

#include "envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"

namespace orrery::config {

namespace {

namespace limits = filters::local_ratelimit;
namespace common = envoy::extensions::common::ratelimit::v3;
using LocalRateLimitMessage = envoy::extensions::filters::http::local_ratelimit::v3::LocalRateLimit;

// `who` is refused when it fills too fast; what never has a token need not be filled.
limits::BucketOptions toBucket(Translation& t, const envoy::type::v3::TokenBucket& m, std::string_view who) {
  const auto scope = t.path.field("token_bucket");
  limits::BucketOptions out;
  out.maxTokens = m.max_tokens();
  if (m.has_tokens_per_fill()) out.tokensPerFill = m.tokens_per_fill().value();
  out.fillInterval = toDuration(t, "fill_interval", m.fill_interval());
  if (out.maxTokens == 0) {
    out.fillInterval = std::max(out.fillInterval, Duration::milliseconds(1));
  } else if (out.fillInterval < Duration::milliseconds(50)) {
    t.refuse(std::string(who) + " fill timer must be >= 50ms");
  }
  return out;
}

void setDescriptors(Translation& t, const LocalRateLimitMessage& m, limits::LocalRateLimitOptions& out) {
  std::set<std::vector<route::DescriptorEntry>> seen;
  forEachOf(t, "descriptors", m.descriptors(), [&](const common::LocalRateLimitDescriptor& message) {
    limits::DescriptorOptions& descriptor = out.descriptors.emplace_back();
    std::string text;
    for (const auto& entry : message.entries()) {
      descriptor.entries.push_back({entry.key(), entry.value()});
      text += (text.empty() ? "" : ", ") + entry.key() + "=" + entry.value();
    }
    descriptor.bucket = toBucket(t, message.token_bucket(), "local rate limit descriptor token bucket");
    descriptor.shadow = message.shadow_mode();
    if (!seen.insert(descriptor.entries).second) {
      t.refuse("duplicate descriptor in the local rate descriptor: " + text);
    }
  });
}

void setRateLimits(Translation& t, const LocalRateLimitMessage& m, limits::LocalRateLimitOptions& out) {
  forEachOf(t, "rate_limits", m.rate_limits(), [&](const auto& limit) {
    if (limit.has_stage() || !limit.disable_key().empty()) {
      t.refuse("'stage' field and 'disable_key' field are not supported");
    }
    if (limit.has_hits_addend() && limit.hits_addend().format().empty() && !limit.hits_addend().has_number()) {
      t.refuse("hits_addend", "hits_addend must contain either a format or a number");
    }
    out.rateLimits.push_back(toRateLimit(t, limit));
  });
}

limits::HostLimits toHostLimits(common::VhRateLimitsOptions option) {
  switch (option) {
    case common::INCLUDE: return limits::HostLimits::kToo;
    case common::IGNORE: return limits::HostLimits::kNever;
    default: return limits::HostLimits::kWhereTheRouteHasNone;
  }
}

void setShare(Translation& t, limits::LocalRateLimitOptions& out) {
  if (out.perConnection) {
    t.refuse("local_cluster_rate_limit is set and local_rate_limit_per_downstream_connection is set to true");
  }
  if (t.localCluster.empty()) t.refuse("local_cluster_rate_limit is set but no local cluster name is present");
  out.proxies = std::max<uint64_t>(t.localHosts, 1);
}

limits::LocalRateLimitOptions toLocalRateLimit(Translation& t, const LocalRateLimitMessage& m) {
  limits::LocalRateLimitOptions out;
  out.statPrefix = m.stat_prefix();
  // A status that is no error would hide the refusal: Envoy takes 429 then.
  if (m.status().code() >= 400) out.status = static_cast<uint32_t>(m.status().code());
  // One that fills in no time is none, as in Envoy, which counts in milliseconds.
  const auto& interval = m.token_bucket().fill_interval();
  const bool instant = interval.seconds() == 0 && interval.nanos() >= 0 && interval.nanos() < 1'000'000;
  if (m.has_token_bucket() && !instant) out.bucket = toBucket(t, m.token_bucket(), "local rate limit token bucket");
  setDescriptors(t, m, out);
  setRateLimits(t, m, out);
  out.stage = m.stage();
  out.hostLimits = toHostLimits(m.vh_rate_limits());
  if (m.has_max_dynamic_descriptors()) out.maxDynamicDescriptors = m.max_dynamic_descriptors().value();
  if (m.has_always_consume_default_token_bucket()) {
    out.alwaysTakeFromBucket = m.always_consume_default_token_bucket().value();
  }
  if (m.has_filter_enabled()) out.filterEnabled = toFraction(t, "filter_enabled", m.filter_enabled());
  if (m.has_filter_enforced()) out.filterEnforced = toFraction(t, "filter_enforced", m.filter_enforced());
  out.requestHeadersWhenNotEnforced =
      toAdditions(t, "request_headers_to_add_when_not_enforced", m.request_headers_to_add_when_not_enforced());
  out.responseHeaders = toAdditions(t, "response_headers_to_add", m.response_headers_to_add());
  out.xRateLimitHeaders = m.enable_x_ratelimit_headers() != common::OFF;
  out.perConnection = m.local_rate_limit_per_downstream_connection();
  if (m.has_local_cluster_rate_limit()) setShare(t, out);
  out.retryAfter = m.enable_retry_after_header();
  out.resourceExhausted = m.rate_limited_as_resource_exhausted();
  return out;
}

limits::LocalRateLimitOptions toLocalRateLimitRoute(Translation& t, const LocalRateLimitMessage& m) {
  if (!m.has_token_bucket()) t.refuse("local rate limit token bucket must be set for per filter configs");
  return toLocalRateLimit(t, m);
}

}  // namespace

const FilterTranslator kLocalRateLimitTranslator{
    .typeName = "envoy.filters.http.local_ratelimit",
    .message = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    .translate = translated<LocalRateLimitMessage, toLocalRateLimit>,
    .routeMessage = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    .translateRoute = translated<LocalRateLimitMessage, toLocalRateLimitRoute>};

}  // namespace orrery::config
