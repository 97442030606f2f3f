#include "proxy/filters/http/rbac/rbac_filter.h"

#include <algorithm>

#include "proxy/stream_info/value.h"

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
  rulesPrefix = prefix + below(o.rulesStatPrefix);
  shadowPrefix = prefix + below(o.shadowRulesStatPrefix);
  allowed = inputs.layout.counter(rulesPrefix + "allowed");
  denied = inputs.layout.counter(rulesPrefix + "denied");
  shadowAllowed = inputs.layout.counter(shadowPrefix + "shadow_allowed");
  shadowDenied = inputs.layout.counter(shadowPrefix + "shadow_denied");
}

void RbacFilter::note(const RbacOptions& options, const Verdict& verdict, bool shadow) {
  stats::Block& stats = decoder_->worker().stats;
  stream_info::StreamInfo& info = decoder_->streamInfo();
  if (shadow) {
    stats.add(verdict.allowed ? config_.shadowAllowed : config_.shadowDenied);
  } else {
    stats.add(verdict.allowed ? config_.allowed : config_.denied);
  }
  const std::string policy(verdict.policy);
  const std::string_view result = verdict.allowed ? "allowed" : "denied";
  if (options.countEachPolicy && !policy.empty()) {
    stats.addNamed((shadow ? config_.shadowPrefix + "policy." + policy + ".shadow_"
                           : config_.rulesPrefix + "policy." + policy + ".") +
                   std::string(result));
  }
  stream_info::Value::Object fields;
  const std::string prefix = shadow ? options.shadowRulesStatPrefix + "shadow_" : options.rulesStatPrefix + "enforced_";
  if (!policy.empty()) stream_info::memberOf(fields, prefix + "effective_policy_id").is = policy;
  stream_info::memberOf(fields, prefix + "engine_result").is = std::string(result);
  info.mergeMetadata("envoy.filters.http.rbac", fields);
  // What asks for a line of this request in a log.
  if (shadow || !verdict.asksForLog) return;
  stream_info::Value::Object hint;
  stream_info::memberOf(hint, "access_log_hint").is = !policy.empty();
  info.mergeMetadata("envoy.common", hint);
}

http::FilterHeadersStatus RbacFilter::decodeHeaders(HeaderMap& headers, bool) {
  const auto* ofRoute = static_cast<const RbacOptions*>(decoder_->routeSetting());
  const RbacOptions& options = ofRoute != nullptr ? *ofRoute : config_.options;
  // Rules see paths as routes do (measured at Envoy 1.40).
  const bool plainPath = decoder_->route() != nullptr && decoder_->virtualHost()->ignorePathParameters;
  const auto judged = [&](const std::optional<RuleTree>& tree, const std::optional<Rules>& rules) {
    std::optional<Verdict> out;
    if (tree) {
      out = judge(*tree, headers, decoder_->streamInfo());
    } else if (rules) {
      out = judge(*rules, {headers, decoder_->streamInfo()}, plainPath);
    }
    return out;
  };
  if (const auto shadow = judged(options.shadowTree, options.shadowRules)) note(options, *shadow, true);
  const auto enforced = judged(options.tree, options.rules);
  if (!enforced) return http::FilterHeadersStatus::kContinue;
  const Verdict& verdict = *enforced;
  note(options, verdict, false);
  if (verdict.allowed) return http::FilterHeadersStatus::kContinue;
  decoder_->sendLocalReply(
      {.status = 403, .body = "RBAC: access denied", .details = refusalDetails(verdict.policy, decoder_->arena())});
  return http::FilterHeadersStatus::kStopIteration;
}

}  // namespace orrery::filters::rbac
