#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/cel/expression.h"
#include "proxy/match/address_range.h"
#include "proxy/match/header_matcher.h"
#include "proxy/match/match_tree.h"
#include "proxy/match/string_matcher.h"
#include "proxy/route/metadata_matcher.h"

namespace orrery::filters::rbac {

// A permission or a principal of envoy.config.rbac.v3: a condition on the request.
struct Rule {
  enum class Kind : uint8_t {
    kAny,
    kNever,  // needs a TLS peer or filter state, and there is none
    kAnd,
    kOr,
    kNot,
    kHeader,
    kPath,  // without query
    kServerName,
    kDirectRemoteIp,
    kRemoteIp,
    kDestinationIp,
    kDestinationPorts,
    kMetadata,       // the stream's dynamic one
    kRouteMetadata,  // the configuration's
    kPathTemplate,   // without query
  };
  Kind kind = Kind::kAny;
  std::vector<Rule> children = {};                         // kAnd, kOr, kNot
  std::vector<match::HeaderMatcher> header = {};           // kHeader: one
  match::StringMatcher text = {};                          // kPath, kServerName
  std::vector<match::AddressRange> range = {};             // of addresses: one
  std::vector<route::MetadataMatcher> metadata = {};       // of metadata: one, ready for use
  std::shared_ptr<const re2::RE2> pathTemplate = nullptr;  // kPathTemplate
  uint32_t firstPort = 0;                                  // kDestinationPorts: [first, end)
  uint32_t endPort = 0;
};

struct Policy {
  std::vector<Rule> permissions;                               // one of them
  std::vector<Rule> principals;                                // and one of them
  std::shared_ptr<const cel::Expression> condition = nullptr;  // and this, if there is one
};

struct Rules {
  enum class Action : uint8_t { kAllow, kDeny, kLog };
  Action action = Action::kAllow;
  std::map<std::string, Policy> policies;  // in order of name, as Envoy looks at them
};

// Instead of Rules: what a tree of matchers leads to; denied where it leads to nothing.
struct RuleTree {
  struct Outcome {
    std::string name;
    Rules::Action action = Rules::Action::kAllow;
  };
  match::MatchTree tree;  // ready for use; its actions are places among the outcomes
  std::vector<Outcome> outcomes;
};

// envoy.extensions.filters.http.rbac.v3.RBAC. A tree goes before rules.
struct RbacOptions {
  std::optional<Rules> rules;  // none: nothing is enforced
  std::optional<Rules> shadowRules;
  std::optional<RuleTree> tree;
  std::optional<RuleTree> shadowTree;
  std::string rulesStatPrefix;
  std::string shadowRulesStatPrefix;
  bool countEachPolicy = false;  // track_per_rule_stats
};

}  // namespace orrery::filters::rbac
