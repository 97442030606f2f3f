#include "proxy/filters/http/rbac/rule_match.h"

#include <algorithm>

#include "proxy/cel/evaluate.h"
#include "proxy/http/address_rules.h"
#include "proxy/message/path.h"

namespace orrery::filters::rbac {

namespace {

using message::HeaderMap;
using stream_info::StreamInfo;

bool inRange(const Rule& rule, std::string_view addressText) {
  const auto address = io::Address::parseIpPort(addressText);
  return address && match::anyHolds(rule.range, *address);
}

bool portMatches(const Rule& rule, std::string_view addressText) {
  const auto address = io::Address::parseIpPort(addressText);
  return address && address->port() >= rule.firstPort && address->port() < rule.endPort;
}

bool pathMatches(const Rule& rule, std::string_view path, bool plainPath) {
  if (!plainPath || !path.contains(';')) return match::matches(rule.text, path);
  return match::matches(rule.text, message::withoutParameters(path));
}

bool matches(const Rule& rule, const HeaderMap& headers, const StreamInfo& info, bool plainPath) {
  const auto holds = [&](const Rule& child) { return matches(child, headers, info, plainPath); };
  switch (rule.kind) {
    case Rule::Kind::kAny: return true;
    case Rule::Kind::kNever: return false;
    case Rule::Kind::kAnd: return std::ranges::all_of(rule.children, holds);
    case Rule::Kind::kOr: return std::ranges::any_of(rule.children, holds);
    case Rule::Kind::kNot: return !holds(rule.children.front());
    case Rule::Kind::kHeader: return match::matchesAll(rule.header, headers);
    case Rule::Kind::kPath: return pathMatches(rule, message::splitPath(headers.path()).path, plainPath);
    case Rule::Kind::kServerName: return match::matches(rule.text, {});  // no TLS, no name
    case Rule::Kind::kDirectRemoteIp: return inRange(rule, info.downstreamDirectRemoteAddress);
    case Rule::Kind::kRemoteIp: return inRange(rule, info.downstreamRemoteAddress);
    case Rule::Kind::kDestinationIp: return inRange(rule, info.downstreamLocalAddress);
    case Rule::Kind::kMetadata: return route::matches(rule.metadata.front(), info.metadata.get());
    case Rule::Kind::kRouteMetadata: return route::matches(rule.metadata.front(), info.routeMetadata);
    case Rule::Kind::kPathTemplate:
      return match::fullMatch(*rule.pathTemplate, message::splitPath(headers.path()).path);
    case Rule::Kind::kDestinationPorts: return portMatches(rule, info.downstreamLocalAddress);
  }
  return false;
}

}  // namespace

Verdict judge(const Rules& rules, const cel::Subject& request, bool plainPath) {
  const auto holds = [&](const Rule& rule) { return matches(rule, request.headers, request.info, plainPath); };
  std::string_view matched;
  bool any = false;
  for (const auto& [name, policy] : rules.policies) {
    if (!std::ranges::any_of(policy.permissions, holds) || !std::ranges::any_of(policy.principals, holds)) continue;
    if (policy.condition != nullptr && !cel::holds(*policy.condition, request)) continue;
    any = true;
    matched = name;
    break;
  }
  switch (rules.action) {
    case Rules::Action::kAllow: return {any, matched};
    case Rules::Action::kDeny: return {!any, matched};
    case Rules::Action::kLog: break;
  }
  return {true, matched, true};
}

Verdict judge(const RuleTree& tree, const HeaderMap& headers, const StreamInfo& info) {
  const auto found = match::matchTree(
      tree.tree,
      {headers, info.downstreamRemoteAddress, info.downstreamDirectRemoteAddress, info.downstreamLocalAddress, &info});
  if (!found) return {.allowed = false, .policy = {}};
  const RuleTree::Outcome& outcome = tree.outcomes[*found];
  return {outcome.action != Rules::Action::kDeny, outcome.name, outcome.action == Rules::Action::kLog};
}

}  // namespace orrery::filters::rbac
