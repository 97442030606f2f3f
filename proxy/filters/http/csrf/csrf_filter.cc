#include "proxy/filters/http/csrf/csrf_filter.h"

#include "proxy/http/chance.h"

namespace orrery::filters::csrf {

using message::HeaderId;
using message::HeaderMap;

namespace {

bool changesSomething(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "DELETE" || method == "PATCH";
}

// "https://a.com:81/x" -> "a.com:81"; empty if it is no URL with a host ("null").
std::string_view hostAndPort(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const size_t user = url.rfind('@');
  return user == std::string_view::npos ? url : url.substr(user + 1);
}

// The referer counts only where no origin is sent (seen at Envoy 1.40).
std::string_view sourceOf(const HeaderMap& headers) {
  return hostAndPort(headers.get(headers.has(HeaderId::kOrigin) ? HeaderId::kOrigin : HeaderId::kReferer));
}

}  // namespace

CsrfConfig::CsrfConfig(const CsrfPolicy& p, const http::PlanInputs& inputs)
    : policy(p),
      missingSourceOrigin(inputs.layout.counter(inputs.prefix() + "csrf.missing_source_origin")),
      requestInvalid(inputs.layout.counter(inputs.prefix() + "csrf.request_invalid")),
      requestValid(inputs.layout.counter(inputs.prefix() + "csrf.request_valid")) {}

http::FilterHeadersStatus CsrfFilter::decodeHeaders(HeaderMap& headers, bool) {
  constexpr auto kContinue = http::FilterHeadersStatus::kContinue;
  const auto* ofRoute = static_cast<const CsrfPolicy*>(decoder_->routeSetting());
  const CsrfPolicy& policy = ofRoute != nullptr ? *ofRoute : config_.policy;
  net::Worker& worker = decoder_->worker();
  const bool enabled = http::drawEnabled(policy.filterEnabled, worker);
  if (!enabled && !(policy.shadowEnabled && http::drawEnabled(*policy.shadowEnabled, worker))) return kContinue;
  if (!changesSomething(headers.method())) return kContinue;
  const std::string_view source = sourceOf(headers);
  bool valid = !source.empty();
  if (!valid) {
    worker.stats.add(config_.missingSourceOrigin);
  } else {
    valid = source == headers.authority();
    for (const match::StringMatcher& matcher : policy.additionalOrigins) {
      if (!valid) valid = match::matches(matcher, source);
    }
    worker.stats.add(valid ? config_.requestValid : config_.requestInvalid);
  }
  if (valid || !enabled) return kContinue;
  decoder_->sendLocalReply({.status = 403, .body = "Invalid origin", .details = "csrf_origin_mismatch"});
  return http::FilterHeadersStatus::kStopIteration;
}

}  // namespace orrery::filters::csrf
