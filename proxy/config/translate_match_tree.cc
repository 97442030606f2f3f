#include "proxy/config/translate_match_tree.h"

#include <utility>

#include "proxy/base/sorted.h"
#include "proxy/config/translate_match_custom.h"
#include "xds/type/matcher/v3/domain.pb.h"
#include "xds/type/matcher/v3/ip.pb.h"

namespace orrery::config {

namespace {

using Matcher = xds::type::matcher::v3::Matcher;
using Predicate = Matcher::MatcherList::Predicate;
using XdsExtension = xds::core::v3::TypedExtensionConfig;
using RangeTree = xds::type::matcher::v3::IPMatcher;
using DomainTree = xds::type::matcher::v3::ServerNameMatcher;
using TreeKind = match::MatchTree::Kind;

// In Envoy's words.
void checkDomain(Translation& t, const std::string& domain) {
  const std::string bad = "Invalid wildcard domain format: " + domain;
  const size_t star = domain.find('*');
  if (domain.empty()) {
    t.refuse("Empty domain in ServerNameMatcher");
  } else if (star != std::string::npos && domain != "*" && (!domain.starts_with("*.") || domain.size() == 2)) {
    t.refuse(bad + ". Only '*' and '*.domain' patterns are supported");
  } else if (star != std::string::npos && domain.find('*', star + 1) != std::string::npos) {
    t.refuse(bad + ". Multiple wildcards are not supported");
  }
}

class TreeTranslation {
 public:
  TreeTranslation(Translation& t, const MatchActions& actions, const MatchInputs& inputs)
      : t_(t), actions_(actions), inputs_(inputs) {}

  match::MatchTree tree(const Matcher& message) {
    match::MatchTree out;
    if (message.has_matcher_list()) {
      const auto scope = t_.path.field("matcher_list");
      out.kind = TreeKind::kList;
      forEachOf(t_, "matchers", message.matcher_list().matchers(), [&](const auto& m) {
        match::MatchTree::Condition& condition = out.list.emplace_back();
        {
          const auto inner = t_.path.field("predicate");
          condition.predicate = predicate(m.predicate());
        }
        condition.then = outcome("on_match", m.on_match());
      });
    }
    if (message.has_matcher_tree()) {
      const auto scope = t_.path.field("matcher_tree");
      byValue(message.matcher_tree(), out);
    }
    if (message.has_on_no_match()) out.otherwise = outcome("on_no_match", message.on_no_match());
    return out;
  }

 private:
  void byValue(const Matcher::MatcherTree& message, match::MatchTree& out) {
    out.input = textInput(message.input(), message.has_custom_match() ? "domain matcher" : "map matcher");
    if (message.has_custom_match()) byCustom(message.custom_match(), out);
    if (!message.has_exact_match_map() && !message.has_prefix_match_map()) return;  // refused before
    const bool exact = message.has_exact_match_map();
    out.kind = exact ? TreeKind::kExact : TreeKind::kPrefix;
    const auto scope = t_.path.field(exact ? "exact_match_map" : "prefix_match_map");
    const auto inner = t_.path.field("map");
    for (const auto* entry : sorted(exact ? message.exact_match_map().map() : message.prefix_match_map().map())) {
      const auto item = t_.path.key(entry->first);
      out.values[entry->first] = outcome(entry->second);
    }
  }

  match::MatchOutcome outcome(std::string_view field, const Matcher::OnMatch& message) {
    const auto scope = t_.path.field(field);
    return outcome(message);
  }

  match::MatchOutcome outcome(const Matcher::OnMatch& message) {
    match::MatchOutcome out;
    if (message.keep_matching()) t_.refuse("keep_matching", "keep_matching is not supported in this context");
    if (message.has_matcher()) {
      const auto scope = t_.path.field("matcher");
      out.tree = std::make_shared<match::MatchTree>(tree(message.matcher()));
    } else {
      const auto scope = t_.path.field("action");
      const auto inner = t_.path.field("typed_config");
      out.action = actions_(message.action().name(), message.action().typed_config());
    }
    return out;
  }

  match::MatchPredicate predicate(const Predicate& message) {
    using Kind = match::MatchPredicate::Kind;
    match::MatchPredicate out;
    if (message.has_or_matcher() || message.has_and_matcher()) {
      out.kind = message.has_or_matcher() ? Kind::kAny : Kind::kAll;
      const auto scope = t_.path.field(message.has_or_matcher() ? "or_matcher" : "and_matcher");
      const auto& list = message.has_or_matcher() ? message.or_matcher() : message.and_matcher();
      forEachOf(t_, "predicate", list.predicate(), [&](const auto& part) { out.parts.push_back(predicate(part)); });
    } else if (message.has_not_matcher()) {
      out.kind = Kind::kNot;
      const auto scope = t_.path.field("not_matcher");
      out.parts.push_back(predicate(message.not_matcher()));
    } else {
      const auto scope = t_.path.field("single_predicate");
      TreeInput input = toTreeInput(t_, message.single_predicate().input(), inputs_);
      if (message.single_predicate().has_custom_match()) {
        setCustom(t_, message.single_predicate().custom_match(), input, out);
      } else {
        if (input.data == TreeInput::Data::kRequest) refuseRequest(t_, {});
        const auto inner = t_.path.field("value_match");
        out.value = toStringMatcher(t_, message.single_predicate().value_match());
      }
      out.input = std::move(input.input);
    }
    return out;
  }

  void byCustom(const XdsExtension& extension, match::MatchTree& out) {
    const auto scope = t_.path.field("custom_match");
    const auto inner = t_.path.field("typed_config");
    RangeTree ranges;
    DomainTree domains;
    if (extension.typed_config().Is<RangeTree>() && extension.typed_config().UnpackTo(&ranges)) {
      byRange(ranges, out);
    } else if (extension.typed_config().Is<DomainTree>() && extension.typed_config().UnpackTo(&domains)) {
      byDomain(domains, out);
    } else {
      t_.refuse("only xds.type.matcher.v3.IPMatcher and xds.type.matcher.v3.ServerNameMatcher are supported here");
    }
  }

  void byRange(const RangeTree& message, match::MatchTree& out) {
    out.kind = TreeKind::kRange;
    forEachOf(t_, "range_matchers", message.range_matchers(), [&](const auto& m) {
      const match::MatchOutcome then = outcome("on_match", m.on_match());
      forEachOf(t_, "ranges", m.ranges(),
                [&](const auto& cidr) { out.ranges.push_back({toAddressRange(t_, cidr), then, m.exclusive()}); });
    });
  }

  void byDomain(const DomainTree& message, match::MatchTree& out) {
    out.kind = TreeKind::kDomain;
    forEachOf(t_, "domain_matchers", message.domain_matchers(), [&](const auto& m) {
      const match::MatchOutcome then = outcome("on_match", m.on_match());
      forEachOf(t_, "domains", m.domains(), [&](const std::string& domain) {
        checkDomain(t_, domain);
        if (!out.values.emplace(domain, then).second) t_.refuse("Duplicate domain in ServerNameMatcher: " + domain);
      });
    });
  }

  // Of what is looked up in a map.
  match::MatchInput textInput(const XdsExtension& extension, std::string_view where) {
    TreeInput out = toTreeInput(t_, extension, inputs_);
    if (out.data == TreeInput::Data::kRequest) refuseRequest(t_, where);
    return std::move(out.input);
  }

  Translation& t_;
  const MatchActions& actions_;
  const MatchInputs& inputs_;
};

}  // namespace

match::MatchTree toMatchTree(Translation& t, const Matcher& message, const MatchActions& actions,
                             const MatchInputs& inputs) {
  return TreeTranslation(t, actions, inputs).tree(message);
}

}  // namespace orrery::config
