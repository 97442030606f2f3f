#include "proxy/config/translate_match_tree.h"

#include <algorithm>

#include "envoy/extensions/matching/common_inputs/network/v3/network_inputs.pb.h"
#include "envoy/extensions/matching/input_matchers/ip/v3/ip.pb.h"
#include "envoy/type/matcher/v3/http_inputs.pb.h"
#include "proxy/base/sorted.h"
#include "proxy/config/any_type.h"
#include "xds/core/v3/extension.pb.h"
#include "xds/type/matcher/v3/ip.pb.h"
#include "xds/type/matcher/v3/matcher.pb.h"

namespace orrery::config {

namespace {

using Matcher = xds::type::matcher::v3::Matcher;
using Predicate = Matcher::MatcherList::Predicate;
using XdsExtension = xds::core::v3::TypedExtensionConfig;
using HeaderInput = envoy::type::matcher::v3::HttpRequestHeaderMatchInput;
using IpMatcher = envoy::extensions::matching::input_matchers::ip::v3::Ip;
using RangeTree = xds::type::matcher::v3::IPMatcher;
namespace network = envoy::extensions::matching::common_inputs::network::v3;
using TreeKind = match::MatchTree::Kind;

std::optional<match::MatchInput::Kind> networkInput(const google::protobuf::Any& any) {
  using Kind = match::MatchInput::Kind;
  if (any.Is<network::SourceIPInput>()) return Kind::kSourceIp;
  if (any.Is<network::DirectSourceIPInput>()) return Kind::kDirectSourceIp;
  if (any.Is<network::DestinationIPInput>()) return Kind::kDestinationIp;
  if (any.Is<network::SourcePortInput>()) return Kind::kSourcePort;
  if (any.Is<network::DestinationPortInput>()) return Kind::kDestinationPort;
  if (any.Is<network::ServerNameInput>()) return Kind::kServerName;
  return std::nullopt;
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
    out.input = input(message.input());
    if (message.has_custom_match()) byRange(message.custom_match(), out);
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
      out.input = input(message.single_predicate().input());
      if (message.single_predicate().has_custom_match()) {
        out.ranges = inRanges(message.single_predicate().custom_match());
      } else {
        const auto inner = t_.path.field("value_match");
        out.value = toStringMatcher(t_, message.single_predicate().value_match());
      }
    }
    return out;
  }

  std::vector<match::AddressRange> inRanges(const XdsExtension& extension) {
    const auto scope = t_.path.field("custom_match");
    const auto inner = t_.path.field("typed_config");
    std::vector<match::AddressRange> out;
    IpMatcher message;
    if (extension.typed_config().Is<IpMatcher>() && extension.typed_config().UnpackTo(&message)) {
      forEachOf(t_, "cidr_ranges", message.cidr_ranges(),
                [&](const auto& cidr) { out.push_back(toAddressRange(t_, cidr)); });
    } else {
      t_.refuse("only envoy.extensions.matching.input_matchers.ip.v3.Ip is supported here");
    }
    return out;
  }

  void byRange(const XdsExtension& extension, match::MatchTree& out) {
    const auto scope = t_.path.field("custom_match");
    const auto inner = t_.path.field("typed_config");
    RangeTree message;
    if (!extension.typed_config().Is<RangeTree>() || !extension.typed_config().UnpackTo(&message)) {
      t_.refuse("only xds.type.matcher.v3.IPMatcher is supported here");
      return;
    }
    out.kind = TreeKind::kRange;
    forEachOf(t_, "range_matchers", message.range_matchers(), [&](const auto& m) {
      const match::MatchOutcome then = outcome("on_match", m.on_match());
      forEachOf(t_, "ranges", m.ranges(),
                [&](const auto& cidr) { out.ranges.push_back({toAddressRange(t_, cidr), then, m.exclusive()}); });
    });
  }

  match::MatchInput input(const XdsExtension& extension) {
    const auto scope = t_.path.field("input");
    const google::protobuf::Any& any = extension.typed_config();
    HeaderInput field;
    if (any.Is<HeaderInput>() && any.UnpackTo(&field)) {
      return {.field = message::HeaderName(field.header_name())};
    }
    // No connection manager has these, nor has what stands in one.
    if (any.Is<network::TransportProtocolInput>() || any.Is<network::ApplicationProtocolInput>()) {
      refuseUnregistered(t_, extension.name(), any.type_url());
    } else if (inputs_.network && (any.Is<network::FilterStateInput>() || any.Is<network::DynamicMetadataInput>() ||
                                   any.Is<network::NetworkNamespaceInput>())) {
      t_.refuse(std::string(typeName(any.type_url())) + " is not supported yet");
    } else if (const auto kind = inputs_.network ? networkInput(any) : std::nullopt) {
      return {.kind = *kind, .field = {}};
    } else {
      t_.refuse(std::string(inputs_.before) + any.type_url() + std::string(inputs_.behind));
    }
    return {};
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
