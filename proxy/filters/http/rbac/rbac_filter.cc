#include "proxy/filters/http/rbac/rbac_filter.h"

#include <algorithm>

#include "proxy/filters/http/rbac/rule_match.h"

namespace orrery::filters::rbac {

using message::HeaderMap;

namespace {

std::string_view refusalDetails(std::string_view policy, Arena& arena) {
  std::string text = "rbac_access_denied_matched_policy[" + std::string(policy.empty() ? "none" : policy) + "]";
  std::ranges::replace(text, ' ', '_');  // details are one word, as in Envoy
  return arena.copy(text);
}

}  // namespace

RbacConfig::RbacConfig(const RbacOptions& o, const http::PlanInputs& inputs) : options(o) {
  const auto below = [](const std::string& name) { return name.empty() ? name : name + "."; };
  const std::string prefix = inputs.prefix() + "rbac.";
  const std::string rulesPrefix = prefix + below(o.rulesStatPrefix);
  const std::string shadowPrefix = prefix + below(o.shadowRulesStatPrefix);
  allowed = inputs.layout.counter(rulesPrefix + "allowed");
  denied = inputs.layout.counter(rulesPrefix + "denied");
  shadowAllowed = inputs.layout.counter(shadowPrefix + "shadow_allowed");
  shadowDenied = inputs.layout.counter(shadowPrefix + "shadow_denied");
}

http::FilterHeadersStatus RbacFilter::decodeHeaders(HeaderMap& headers, bool) {
  const auto* ofRoute = static_cast<const RbacOptions*>(decoder_->routeSetting());
  const RbacOptions& options = ofRoute != nullptr ? *ofRoute : config_.options;
  stats::Block& stats = decoder_->worker().stats;
  // Rules see paths as routes do (measured at Envoy 1.40).
  const bool plainPath = decoder_->route() != nullptr && decoder_->virtualHost()->ignorePathParameters;
  if (options.shadowRules) {
    const Verdict verdict = judge(*options.shadowRules, headers, decoder_->streamInfo(), plainPath);
    stats.add(verdict.allowed ? config_.shadowAllowed : config_.shadowDenied);
  }
  if (!options.rules) return http::FilterHeadersStatus::kContinue;
  const Verdict verdict = judge(*options.rules, headers, decoder_->streamInfo(), plainPath);
  stats.add(verdict.allowed ? config_.allowed : config_.denied);
  if (verdict.allowed) return http::FilterHeadersStatus::kContinue;
  decoder_->sendLocalReply(
      {.status = 403, .body = "RBAC: access denied", .details = refusalDetails(verdict.policy, decoder_->arena())});
  return http::FilterHeadersStatus::kStopIteration;
}

}  // namespace orrery::filters::rbac
