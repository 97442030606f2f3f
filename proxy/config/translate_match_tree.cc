#include "proxy/config/translate_match_tree.h"
#include "envoy/type/matcher/v3/http_inputs.pb.h"
#include "proxy/base/sorted.h"
#include "xds/core/v3/extension.pb.h"
#include "xds/type/matcher/v3/matcher.pb.h"

namespace orrery::config {

namespace {

using Matcher = xds::type::matcher::v3::Matcher;
using Predicate = Matcher::MatcherList::Predicate;
using Extension = xds::core::v3::TypedExtensionConfig;
using HeaderInput = envoy::type::matcher::v3::HttpRequestHeaderMatchInput;
using TreeKind = match::MatchTree::Kind;

class TreeTranslation {
 public:
  TreeTranslation(Translation& t, const MatchActions& actions, std::string_view onlyFields)
      : t_(t), actions_(actions), onlyFields_(onlyFields) {}

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
    out.field = input(message.input());
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
      out.field = input(message.single_predicate().input());
      const auto inner = t_.path.field("value_match");
      out.value = toStringMatcher(t_, message.single_predicate().value_match());
    }
    return out;
  }

  // Envoy takes filter state and the environment too, which nothing here has.
  message::HeaderName input(const Extension& extension) {
    const auto scope = t_.path.field("input");
    HeaderInput message;
    if (extension.typed_config().Is<HeaderInput>()) {
      extension.typed_config().UnpackTo(&message);
    } else {
      t_.refuse(std::string(onlyFields_) + extension.typed_config().type_url());
    }
    return message::HeaderName(message.header_name());
  }

  Translation& t_;
  const MatchActions& actions_;
  const std::string_view onlyFields_;
};

}  // namespace

match::MatchTree toMatchTree(Translation& t, const Matcher& message, const MatchActions& actions,
                             std::string_view onlyFields) {
  return TreeTranslation(t, actions, onlyFields).tree(message);
}

}  // namespace orrery::config
