#include "proxy/filters/http/cors/cors_filter.h"

#include "proxy/http/chance.h"

namespace orrery::filters::cors {

using message::HeaderId;
using message::HeaderMap;
using message::HeaderName;

namespace {

const HeaderName kRequestMethod("access-control-request-method");
const HeaderName kRequestPrivateNetwork("access-control-request-private-network");
const HeaderName kAllowOrigin("access-control-allow-origin");
const HeaderName kAllowCredentials("access-control-allow-credentials");
const HeaderName kAllowMethods("access-control-allow-methods");
const HeaderName kAllowHeaders("access-control-allow-headers");
const HeaderName kAllowPrivateNetwork("access-control-allow-private-network");
const HeaderName kExposeHeaders("access-control-expose-headers");
const HeaderName kMaxAge("access-control-max-age");

void add(HeaderMap& headers, const HeaderName& name, std::string_view value) {
  if (!value.empty()) headers.add(name, value);
}

}  // namespace

CorsConfig::CorsConfig(const CorsOptions&, const http::PlanInputs& inputs)
    : originValid(inputs.layout.counter(inputs.prefix() + "cors.origin_valid")),
      originInvalid(inputs.layout.counter(inputs.prefix() + "cors.origin_invalid")) {}

http::FilterHeadersStatus CorsFilter::decodeHeaders(HeaderMap& headers, bool) {
  constexpr auto kContinue = http::FilterHeadersStatus::kContinue;
  const auto levels = decoder_->routeSettings();
  for (size_t i = 0; i < levels.size(); ++i) {
    policies_[i] = static_cast<const CorsPolicy*>(levels[levels.size() - 1 - i]);
  }
  const bool enabled = fractionEnabled(&CorsPolicy::filterEnabled, true);
  if (!enabled && !fractionEnabled(&CorsPolicy::shadowEnabled, false)) return kContinue;
  const std::string_view origin = headers.get(HeaderId::kOrigin);
  if (origin.empty()) return kContinue;
  const bool allowed = originAllowed(origin);
  decoder_->worker().stats.add(allowed ? config_.originValid : config_.originInvalid);
  if (!enabled) return kContinue;
  const bool preflight = headers.method() == "OPTIONS" && !headers.get(kRequestMethod).empty();
  if (!allowed) {
    if (!preflight || flag(&CorsPolicy::forwardNotMatchingPreflights, true)) return kContinue;
    HeaderMap& response = *decoder_->arena().make<HeaderMap>(decoder_->arena());
    response.setReference(HeaderId::kStatus, "200");
    decoder_->encodeHeaders(response, true, "cors_response");
    return http::FilterHeadersStatus::kStopIteration;
  }
  origin_ = decoder_->arena().copy(origin);
  if (!preflight) return kContinue;
  answerPreflight(headers);
  return http::FilterHeadersStatus::kStopIteration;
}

void CorsFilter::answerPreflight(const HeaderMap& request) {
  HeaderMap& response = *decoder_->arena().make<HeaderMap>(decoder_->arena());
  response.setReference(HeaderId::kStatus, "200");
  add(response, kAllowOrigin, origin_);
  if (flag(&CorsPolicy::allowCredentials, false)) add(response, kAllowCredentials, "true");
  add(response, kAllowMethods, text(&CorsPolicy::allowMethods));
  add(response, kAllowHeaders, text(&CorsPolicy::allowHeaders));
  add(response, kMaxAge, text(&CorsPolicy::maxAge));
  if (flag(&CorsPolicy::allowPrivateNetworkAccess, false) && request.get(kRequestPrivateNetwork) == "true") {
    add(response, kAllowPrivateNetwork, "true");
  }
  decoder_->encodeHeaders(response, true, "cors_response");
}

http::FilterHeadersStatus CorsFilter::encodeHeaders(HeaderMap& headers, bool) {
  if (origin_.empty()) return http::FilterHeadersStatus::kContinue;
  // In the place of what the origin server said of the same.
  headers.set(kAllowOrigin, origin_);
  if (flag(&CorsPolicy::allowCredentials, false)) headers.set(kAllowCredentials, "true");
  if (const std::string_view expose = text(&CorsPolicy::exposeHeaders); !expose.empty()) {
    headers.set(kExposeHeaders, expose);
  }
  return http::FilterHeadersStatus::kContinue;
}

bool CorsFilter::originAllowed(std::string_view origin) const {
  for (const CorsPolicy* policy : policies_) {
    if (policy == nullptr || policy->allowOrigins.empty()) continue;
    for (const match::StringMatcher& matcher : policy->allowOrigins) {
      // "*" as an exact text is every origin.
      if (matcher.kind == match::StringMatcher::Kind::kExact && matcher.value == "*") return true;
      if (match::matches(matcher, origin)) return true;
    }
    return false;
  }
  return false;
}

// Without any policy the filter is off.
bool CorsFilter::fractionEnabled(std::optional<match::RuntimeFraction> CorsPolicy::* field, bool otherwise) const {
  for (const CorsPolicy* policy : policies_) {
    if (policy == nullptr) continue;
    return policy->*field ? http::drawEnabled(*(policy->*field), decoder_->worker()) : otherwise;
  }
  return false;
}

std::string_view CorsFilter::text(std::string CorsPolicy::* field) const {
  for (const CorsPolicy* policy : policies_) {
    if (policy != nullptr && !(policy->*field).empty()) return policy->*field;
  }
  return {};
}

bool CorsFilter::flag(std::optional<bool> CorsPolicy::* field, bool otherwise) const {
  for (const CorsPolicy* policy : policies_) {
    if (policy != nullptr && policy->*field) return *(policy->*field);
  }
  return otherwise;
}

}  // namespace orrery::filters::cors
