#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>

#include <algorithm>

#include "envoy/config/core/v3/backoff.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/extensions/retry/host/omit_canary_hosts/v3/omit_canary_hosts.pb.h"
#include "envoy/extensions/retry/host/omit_host_metadata/v3/omit_host_metadata_config.pb.h"
#include "envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.pb.h"
#include "envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_value.h"

namespace orrery::config {

namespace {

using OmitHosts = envoy::extensions::retry::host::omit_host_metadata::v3::OmitHostMetadataConfig;
using PreviousPriorities = envoy::extensions::retry::priority::previous_priorities::v3::PreviousPrioritiesConfig;

uint32_t toRetryOn(Translation& t, const std::string& text) {
  uint32_t bits = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view word = trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    if (word.empty()) continue;
    std::string unknown;
    bits |= route::parseRetryOn(word, &unknown);
    if (unknown.empty()) continue;
    const auto scope = t.path.field("retry_on");
    t.report.warn(t.path.text(), "no policy is called '" + std::string(word) + "'; it is ignored, as by Envoy");
  }
  return bits;
}

template <class Message>
void toBackOff(Translation& t, const Message& message, route::RetryPolicy& out) {
  const auto scope = t.path.field("retry_back_off");
  out.backoffSet = true;
  // As Envoy: less than a millisecond counts as one.
  out.backoffBase = std::max(toDuration(t, "base_interval", message.base_interval()), Duration::milliseconds(1));
  if (!message.has_max_interval()) return;
  out.backoffMax = std::max(toDuration(t, "max_interval", message.max_interval()), Duration::milliseconds(1));
  if (*out.backoffMax < out.backoffBase) {
    t.refuse("max_interval", "retry_policy.max_interval must greater than or equal to the base_interval");
  }
}

route::RateLimitedBackoff toRateLimited(Translation& t,
                                        const envoy::config::route::v3::RetryPolicy::RateLimitedRetryBackOff& message) {
  using envoy::config::route::v3::RetryPolicy;
  const auto scope = t.path.field("rate_limited_retry_back_off");
  route::RateLimitedBackoff out;
  for (const auto& header : message.reset_headers()) {
    out.headers.push_back({message::HeaderName(header.name()), header.format() == RetryPolicy::UNIX_TIMESTAMP
                                                                   ? route::ResetHeader::Format::kUnixTimestamp
                                                                   : route::ResetHeader::Format::kSeconds});
  }
  if (message.has_max_interval()) out.maxInterval = toDuration(t, "max_interval", message.max_interval());
  return out;
}

void addPredicate(Translation& t, const envoy::config::route::v3::RetryPolicy::RetryHostPredicate& message,
                  route::RetryPolicy& out) {
  const auto& any = message.typed_config();
  if (any.Is<envoy::extensions::retry::host::previous_hosts::v3::PreviousHostsPredicate>()) {
    out.previousHostsPredicate = true;
  } else if (any.Is<envoy::extensions::retry::host::omit_canary_hosts::v3::OmitCanaryHostsPredicate>()) {
    out.omitCanaryHosts = true;
  } else if (OmitHosts omit; any.Is<OmitHosts>() && any.UnpackTo(&omit)) {
    const auto& metadata = omit.metadata_match().filter_metadata();
    const auto labels = metadata.find("envoy.lb");
    out.omitHosts = labels == metadata.end() ? stream_info::Value::Object() : toObject(labels->second);
  } else {
    refuseUnregistered(t, message.name(), any.type_url());
  }
}

void setPriority(Translation& t, const envoy::config::route::v3::RetryPolicy::RetryPriority& message,
                 route::RetryPolicy& out) {
  const auto scope = t.path.field("retry_priority");
  PreviousPriorities previous;
  if (message.typed_config().Is<PreviousPriorities>() && message.typed_config().UnpackTo(&previous)) {
    out.previousPriorities = static_cast<uint32_t>(previous.update_frequency());
    if (previous.update_frequency() <= 0) t.refuse("update_frequency", "expected a number above 0");
  } else {
    refuseUnregistered(t, message.name(), message.typed_config().type_url());
  }
}

}  // namespace

route::RetryPolicy toRetryPolicy(Translation& t, const envoy::config::route::v3::RetryPolicy& message) {
  route::RetryPolicy out;
  out.retryOn = toRetryOn(t, message.retry_on());
  if (message.has_num_retries()) out.numRetries = message.num_retries().value();
  if (message.has_per_try_timeout()) out.perTryTimeout = toDuration(t, "per_try_timeout", message.per_try_timeout());
  if (message.has_per_try_idle_timeout()) {
    out.perTryIdleTimeout = toDuration(t, "per_try_idle_timeout", message.per_try_idle_timeout());
  }
  if (message.has_retry_back_off()) toBackOff(t, message.retry_back_off(), out);
  out.retriableStatusCodes.assign(message.retriable_status_codes().begin(), message.retriable_status_codes().end());
  if (message.has_rate_limited_retry_back_off()) {
    out.rateLimited = toRateLimited(t, message.rate_limited_retry_back_off());
  }
  forEachOf(t, "retriable_headers", message.retriable_headers(),
            [&](const auto& m) { out.retriableHeaders.push_back(toHeaderMatcher(t, m)); });
  forEachOf(t, "retriable_request_headers", message.retriable_request_headers(),
            [&](const auto& m) { out.retriableRequestHeaders.push_back(toHeaderMatcher(t, m)); });
  forEachOf(t, "retry_host_predicate", message.retry_host_predicate(),
            [&](const auto& predicate) { addPredicate(t, predicate, out); });
  out.refreshCluster = message.refresh_cluster_on_retry();
  if (message.has_retry_priority()) setPriority(t, message.retry_priority(), out);
  const int64_t attempts = message.host_selection_retry_max_attempts();
  if (attempts > 0) out.hostSelectionMaxAttempts = static_cast<uint32_t>(std::min<int64_t>(attempts, UINT32_MAX));
  return out;
}

// Of requests of the proxy's own. Envoy 1.40 (measured) gives a try as long as the longest back-off.
route::RetryPolicy toRetryPolicy(Translation& t, const envoy::config::core::v3::RetryPolicy& message) {
  route::RetryPolicy out;
  out.retryOn = toRetryOn(t, message.retry_on());
  if (message.has_num_retries()) out.numRetries = message.num_retries().value();
  out.backoffSet = true;
  out.backoffBase = Duration::seconds(1);
  if (message.has_retry_back_off()) toBackOff(t, message.retry_back_off(), out);
  if (!out.backoffMax) out.backoffMax = out.backoffBase * 10;
  out.perTryTimeout = out.backoffMax;
  return out;
}

}  // namespace orrery::config
