#include "envoy/extensions/filters/http/rbac/v3/rbac.pb.h"
#include "proxy/base/sorted.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/config/translate_condition.h"
#include "proxy/config/translate_match_tree.h"
#include "proxy/filters/http/rbac/rbac_options.h"
#include "xds/type/matcher/v3/matcher.pb.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

namespace rbac = filters::rbac;
namespace rbac_api = envoy::config::rbac::v3;
using RbacMessage = envoy::extensions::filters::http::rbac::v3::RBAC;
using RbacRouteMessage = envoy::extensions::filters::http::rbac::v3::RBACPerRoute;
using RuleKind = rbac::Rule::Kind;

template <class List, class F>
rbac::Rule ruleOfSet(Translation& t, RuleKind kind, std::string_view field, std::string_view list, const List& rules,
                     F&& toRule) {
  const auto scope = t.path.field(field);
  rbac::Rule out{.kind = kind};
  forEachOf(t, list, rules, [&](const auto& m) { out.children.push_back(toRule(t, m)); });
  return out;
}

rbac::Rule rangeRule(Translation& t, RuleKind kind, std::string_view field,
                     const envoy::config::core::v3::CidrRange& message) {
  const auto scope = t.path.field(field);
  rbac::Rule out{.kind = kind};
  out.range.push_back(toAddressRange(t, message));
  return out;
}

rbac::Rule headerRule(Translation& t, const envoy::config::route::v3::HeaderMatcher& message) {
  rbac::Rule out{.kind = RuleKind::kHeader};
  out.header.push_back(toReadyMatcher(t, "header", message));
  return out;
}

rbac::Rule textRule(Translation& t, RuleKind kind, std::string_view field,
                    const envoy::type::matcher::v3::StringMatcher& message) {
  const auto scope = t.path.field(field);
  rbac::Rule out{.kind = kind};
  out.text = toReadyMatcher(t, message);
  return out;
}

rbac::Rule portRule(uint32_t first, uint32_t end) {
  return {.kind = RuleKind::kDestinationPorts, .firstPort = first, .endPort = end};
}

rbac::Rule metadataRule(Translation& t, std::string_view field,
                        const envoy::type::matcher::v3::MetadataMatcher& message, bool ofRoute = false) {
  const auto scope = t.path.field(field);
  rbac::Rule out{.kind = ofRoute ? RuleKind::kRouteMetadata : RuleKind::kMetadata};
  out.metadata.push_back(toMetadataMatcher(t, message));
  std::ignore = route::compileMatcher(out.metadata.back().value);
  return out;
}

rbac::Rule sourcedRule(Translation& t, const rbac_api::SourcedMetadata& message) {
  const auto scope = t.path.field("sourced_metadata");
  return metadataRule(t, "metadata_matcher", message.metadata_matcher(),
                      message.metadata_source() == rbac_api::MetadataSource::ROUTE);
}

rbac::Rule templateRule(Translation& t, const envoy::config::core::v3::TypedExtensionConfig& message) {
  const auto scope = t.path.field("uri_template");
  rbac::Rule out{.kind = RuleKind::kNever};
  const std::string expression = toPathTemplate(t, message);
  if (auto compiled = match::compileRegex(expression)) {
    out.kind = RuleKind::kPathTemplate;
    out.pathTemplate = std::move(*compiled);
  }
  return out;
}

rbac::Rule toPermission(Translation& t, const rbac_api::Permission& m) {
  switch (m.rule_case()) {
    case rbac_api::Permission::kAndRules:
      return ruleOfSet(t, RuleKind::kAnd, "and_rules", "rules", m.and_rules().rules(), toPermission);
    case rbac_api::Permission::kOrRules:
      return ruleOfSet(t, RuleKind::kOr, "or_rules", "rules", m.or_rules().rules(), toPermission);
    case rbac_api::Permission::kNotRule: {
      const auto scope = t.path.field("not_rule");
      return {.kind = RuleKind::kNot, .children = {toPermission(t, m.not_rule())}};
    }
    case rbac_api::Permission::kHeader: return headerRule(t, m.header());
    case rbac_api::Permission::kUrlPath: return textRule(t, RuleKind::kPath, "url_path", m.url_path().path());
    case rbac_api::Permission::kDestinationIp:
      return rangeRule(t, RuleKind::kDestinationIp, "destination_ip", m.destination_ip());
    case rbac_api::Permission::kDestinationPort: return portRule(m.destination_port(), m.destination_port() + 1);
    case rbac_api::Permission::kDestinationPortRange: {
      const auto start = static_cast<uint32_t>(m.destination_port_range().start());
      return portRule(start, static_cast<uint32_t>(m.destination_port_range().end()));
    }
    case rbac_api::Permission::kRequestedServerName:
      return textRule(t, RuleKind::kServerName, "requested_server_name", m.requested_server_name());
    case rbac_api::Permission::kMetadata: return metadataRule(t, "metadata", m.metadata());
    case rbac_api::Permission::kSourcedMetadata: return sourcedRule(t, m.sourced_metadata());
    case rbac_api::Permission::kUriTemplate: return templateRule(t, m.uri_template());
    default: return {};  // any; the others are refused before
  }
}

rbac::Rule toPrincipal(Translation& t, const rbac_api::Principal& m) {
  switch (m.identifier_case()) {
    case rbac_api::Principal::kAndIds:
      return ruleOfSet(t, RuleKind::kAnd, "and_ids", "ids", m.and_ids().ids(), toPrincipal);
    case rbac_api::Principal::kOrIds:
      return ruleOfSet(t, RuleKind::kOr, "or_ids", "ids", m.or_ids().ids(), toPrincipal);
    case rbac_api::Principal::kNotId: {
      const auto scope = t.path.field("not_id");
      return {.kind = RuleKind::kNot, .children = {toPrincipal(t, m.not_id())}};
    }
    case rbac_api::Principal::kMetadata: return metadataRule(t, "metadata", m.metadata());
    case rbac_api::Principal::kSourcedMetadata: return sourcedRule(t, m.sourced_metadata());
    case rbac_api::Principal::kFilterState:
    case rbac_api::Principal::kAuthenticated: return {.kind = RuleKind::kNever};
    case rbac_api::Principal::kSourceIp: return rangeRule(t, RuleKind::kDirectRemoteIp, "source_ip", m.source_ip());
    case rbac_api::Principal::kDirectRemoteIp:
      return rangeRule(t, RuleKind::kDirectRemoteIp, "direct_remote_ip", m.direct_remote_ip());
    case rbac_api::Principal::kRemoteIp: return rangeRule(t, RuleKind::kRemoteIp, "remote_ip", m.remote_ip());
    case rbac_api::Principal::kHeader: return headerRule(t, m.header());
    case rbac_api::Principal::kUrlPath: return textRule(t, RuleKind::kPath, "url_path", m.url_path().path());
    default: return {};
  }
}

rbac::Rules::Action toAction(rbac_api::RBAC::Action action) {
  switch (action) {
    case rbac_api::RBAC::DENY: return rbac::Rules::Action::kDeny;
    case rbac_api::RBAC::LOG: return rbac::Rules::Action::kLog;
    default: return rbac::Rules::Action::kAllow;
  }
}

cel::Features toFeatures(const envoy::config::core::v3::CelExpressionConfig& m) {
  return {.stringConversion = m.enable_string_conversion(),
          .stringConcat = m.enable_string_concat(),
          .stringFunctions = m.enable_string_functions()};
}

rbac::Rules toRules(Translation& t, std::string_view field, const rbac_api::RBAC& m) {
  const auto scope = t.path.field(field);
  rbac::Rules out;
  out.action = toAction(m.action());
  const auto policies = t.path.field("policies");
  for (const auto* entry : sorted(m.policies())) {
    const auto item = t.path.key(entry->first);
    rbac::Policy& policy = out.policies[entry->first];
    forEachOf(t, "permissions", entry->second.permissions(),
              [&](const auto& rule) { policy.permissions.push_back(toPermission(t, rule)); });
    forEachOf(t, "principals", entry->second.principals(),
              [&](const auto& rule) { policy.principals.push_back(toPrincipal(t, rule)); });
    if (!entry->second.has_condition()) continue;
    const auto condition = t.path.field("condition");
    policy.condition = toCondition(t, entry->second.condition(), toFeatures(entry->second.cel_config()));
  }
  return out;
}

rbac::RuleTree toRuleTree(Translation& t, std::string_view field, const xds::type::matcher::v3::Matcher& m) {
  const auto scope = t.path.field(field);
  rbac::RuleTree out;
  out.tree =
      toMatchTree(t, m,
                  [&](const std::string& name, const google::protobuf::Any& any) -> std::optional<uint32_t> {
                    rbac_api::Action action;
                    if (!any.Is<rbac_api::Action>() || !any.UnpackTo(&action)) {
                      refuseUnregistered(t, name, any.type_url());
                      return std::nullopt;
                    }
                    out.outcomes.push_back({action.name(), toAction(action.action())});
                    return static_cast<uint32_t>(out.outcomes.size() - 1);
                  },
                  {.network = true, .stream = true, .before = "RBAC HTTP filter cannot match on '", .behind = "'"});
  if (Status s = match::compileTree(out.tree); !s) t.refuse(s.error().message);
  return out;
}

rbac::RbacOptions toRbac(Translation& t, const RbacMessage& m) {
  rbac::RbacOptions out;
  if (m.has_rules()) out.rules = toRules(t, "rules", m.rules());
  if (m.has_shadow_rules()) out.shadowRules = toRules(t, "shadow_rules", m.shadow_rules());
  if (m.has_matcher()) out.tree = toRuleTree(t, "matcher", m.matcher());
  if (m.has_shadow_matcher()) out.shadowTree = toRuleTree(t, "shadow_matcher", m.shadow_matcher());
  out.countEachPolicy = m.track_per_rule_stats();
  out.rulesStatPrefix = m.rules_stat_prefix();
  out.shadowRulesStatPrefix = m.shadow_rules_stat_prefix();
  return out;
}

rbac::RbacOptions toRbacRoute(Translation& t, const RbacRouteMessage& m) {
  const auto scope = t.path.field("rbac");
  return toRbac(t, m.rbac());
}

}  // namespace

const FilterTranslator kRbacTranslator{.typeName = "envoy.filters.http.rbac",
                                       .message = "envoy.extensions.filters.http.rbac.v3.RBAC",
                                       .translate = translated<RbacMessage, toRbac>,
                                       .routeMessage = "envoy.extensions.filters.http.rbac.v3.RBACPerRoute",
                                       .translateRoute = translated<RbacRouteMessage, toRbacRoute>,
                                       .side = FilterSide::kBoth,
                                       .upstreamName = "envoy.filters.http.upstream_rbac"};

}  // namespace orrery::config
