#include <google/protobuf/duration.pb.h>

#include <algorithm>
#include <array>

#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/translate.h"

namespace orrery::config {

namespace {

// Words of retry_on that Envoy knows and Orrery does not act upon yet. A word that Envoy does not know either is ignored
// by both, with a warning here.
constexpr std::array<std::string_view, 7> kMissingRetryOn = {
    "cancelled",   "deadline-exceeded",          "internal",         "resource-exhausted",
    "unavailable", "http3-post-connect-failure", "envoy-ratelimited"};

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
    if (std::ranges::find(kMissingRetryOn, word) != kMissingRetryOn.end()) {
      t.refuse("'" + std::string(word) + "' is not supported yet");
    } else {
      t.report.warn(t.path.text(), "no policy is called '" + std::string(word) + "'; it is ignored, as by Envoy");
    }
  }
  return bits;
}

void toBackOff(Translation& t, const envoy::config::route::v3::RetryPolicy::RetryBackOff& message,
               route::RetryPolicy& out) {
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
  for (int i = 0; i < message.retriable_headers_size(); ++i) {
    const auto scope = t.path.field("retriable_headers");
    const auto item = t.path.index(i);
    out.retriableHeaders.push_back(toHeaderMatcher(t, message.retriable_headers(i)));
  }
  for (int i = 0; i < message.retriable_request_headers_size(); ++i) {
    const auto scope = t.path.field("retriable_request_headers");
    const auto item = t.path.index(i);
    out.retriableRequestHeaders.push_back(toHeaderMatcher(t, message.retriable_request_headers(i)));
  }
  for (int i = 0; i < message.retry_host_predicate_size(); ++i) {
    const auto scope = t.path.field("retry_host_predicate");
    const auto item = t.path.index(i);
    if (message.retry_host_predicate(i).has_typed_config()) {
      out.previousHostsPredicate = true;  // The only type that coverage lets pass.
    } else {
      t.refuse("Didn't find a registered implementation for '" + message.retry_host_predicate(i).name() +
               "' with type URL: ''");
    }
  }
  const int64_t attempts = message.host_selection_retry_max_attempts();
  if (attempts > 0) out.hostSelectionMaxAttempts = static_cast<uint32_t>(std::min<int64_t>(attempts, UINT32_MAX));
  return out;
}

}  // namespace orrery::config
