#include "proxy/config/translate_match_custom.h"

#include "envoy/extensions/matching/common_inputs/environment_variable/v3/input.pb.h"
#include "envoy/extensions/matching/common_inputs/network/v3/network_inputs.pb.h"
#include "envoy/extensions/matching/common_inputs/ssl/v3/ssl_inputs.pb.h"
#include "envoy/extensions/matching/input_matchers/ip/v3/ip.pb.h"
#include "envoy/extensions/matching/input_matchers/metadata/v3/metadata.pb.h"
#include "envoy/type/matcher/v3/http_inputs.pb.h"
#include "envoy/type/matcher/v3/metadata.pb.h"
#include "proxy/cel/tree_condition.h"
#include "proxy/config/any_type.h"
#include "proxy/config/translate_condition.h"
#include "proxy/route/metadata_condition.h"
#include "xds/type/matcher/v3/cel.pb.h"
#include "xds/type/matcher/v3/http_inputs.pb.h"

namespace orrery::config {

namespace {

using XdsExtension = xds::core::v3::TypedExtensionConfig;
using HeaderInput = envoy::type::matcher::v3::HttpRequestHeaderMatchInput;
using RequestInput = xds::type::matcher::v3::HttpAttributesCelMatchInput;
using IpMatcher = envoy::extensions::matching::input_matchers::ip::v3::Ip;
using MetadataMatcher = envoy::extensions::matching::input_matchers::metadata::v3::Metadata;
using CelMatcher = xds::type::matcher::v3::CelMatcher;
namespace network = envoy::extensions::matching::common_inputs::network::v3;
namespace environment = envoy::extensions::matching::common_inputs::environment_variable::v3;
namespace ssl = envoy::extensions::matching::common_inputs::ssl::v3;

std::optional<match::MatchInput::Kind> networkInput(const google::protobuf::Any& any) {
  using Kind = match::MatchInput::Kind;
  if (any.Is<network::SourceIPInput>()) return Kind::kSourceIp;
  if (any.Is<network::DirectSourceIPInput>()) return Kind::kDirectSourceIp;
  if (any.Is<network::DestinationIPInput>()) return Kind::kDestinationIp;
  if (any.Is<network::SourcePortInput>()) return Kind::kSourcePort;
  if (any.Is<network::DestinationPortInput>()) return Kind::kDestinationPort;
  const bool none = any.Is<network::ServerNameInput>() || any.Is<network::FilterStateInput>() ||
                    any.Is<network::NetworkNamespaceInput>();
  return none ? std::optional(Kind::kNone) : std::nullopt;
}

// What Envoy knows and is not done here. Without TLS, those of certificates end a search in Envoy as if it could go on later.
bool isUnsupported(const google::protobuf::Any& any) {
  return any.Is<ssl::UriSanInput>() || any.Is<ssl::DnsSanInput>() || any.Is<ssl::SubjectInput>() ||
         any.Is<environment::Config>();
}

void setRanges(Translation& t, const IpMatcher& message, match::MatchPredicate& out) {
  forEachOf(t, "cidr_ranges", message.cidr_ranges(),
            [&](const auto& cidr) { out.ranges.push_back(toAddressRange(t, cidr)); });
}

void setMetadata(Translation& t, const MetadataMatcher& message, const TreeInput& input, match::MatchPredicate& out) {
  if (input.data != TreeInput::Data::kMetadata) {
    out.kind = match::MatchPredicate::Kind::kAny;  // of nothing: no other input has such a value
    return;
  }
  envoy::type::matcher::v3::MetadataMatcher whole;
  whole.set_filter(input.metadataNamespace);
  for (const std::string& key : input.path) whole.add_path()->set_key(key);
  *whole.mutable_value() = message.value();
  whole.set_invert(message.invert());
  route::MetadataMatcher matcher = toMetadataMatcher(t, whole);
  std::ignore = route::compileMatcher(matcher.value);
  out.custom = std::make_shared<const route::MetadataCondition>(std::move(matcher));
}

void setCondition(Translation& t, const CelMatcher& message, const TreeInput& input, match::MatchPredicate& out) {
  if (input.data != TreeInput::Data::kRequest) return t.refuse("Unsupported data input type: string");
  const auto scope = t.path.field("expr_match");
  const auto& match = message.expr_match();
  if (match.has_cel_expr_parsed() || match.has_cel_expr_checked()) return;  // refused before
  if (!match.has_parsed_expr() && !match.has_checked_expr()) {
    return t.refuse("failed to create an expression: CEL expression not set.");
  }
  const auto form = t.path.field(match.has_parsed_expr() ? "parsed_expr" : "checked_expr");
  const auto inner = t.path.field("expr");
  auto condition =
      toCondition(t, match.has_parsed_expr() ? match.parsed_expr().expr() : match.checked_expr().expr(), {});
  if (condition != nullptr) out.custom = std::make_shared<const cel::TreeCondition>(std::move(condition));
}

}  // namespace

TreeInput toTreeInput(Translation& t, const XdsExtension& extension, const MatchInputs& allowed) {
  const auto scope = t.path.field("input");
  const google::protobuf::Any& any = extension.typed_config();
  TreeInput out;
  HeaderInput field;
  network::DynamicMetadataInput metadata;
  if (any.Is<HeaderInput>() && any.UnpackTo(&field)) {
    out.input.field = message::HeaderName(field.header_name());
  } else if (any.Is<network::TransportProtocolInput>() || any.Is<network::ApplicationProtocolInput>()) {
    // No connection manager has these, nor has what stands in one.
    refuseUnregistered(t, extension.name(), any.type_url());
  } else if (allowed.network && !allowed.stream &&
             (any.Is<network::DynamicMetadataInput>() || any.Is<RequestInput>())) {
    t.refuse(std::string(typeName(any.type_url())) +
             " is not supported in trees of clusters: Envoy 1.40 crashes there");
  } else if (allowed.network && any.Is<network::DynamicMetadataInput>() && any.UnpackTo(&metadata)) {
    out.data = TreeInput::Data::kMetadata;
    out.input.kind = match::MatchInput::Kind::kNone;
    out.metadataNamespace = metadata.filter();
    for (const auto& part : metadata.path()) out.path.push_back(part.key());
  } else if (allowed.network && any.Is<RequestInput>()) {
    out.data = TreeInput::Data::kRequest;
  } else if (const auto kind = allowed.network ? networkInput(any) : std::nullopt) {
    out.input.kind = *kind;
  } else if (!allowed.network && any.Is<network::FilterStateInput>()) {
    out.input.kind = match::MatchInput::Kind::kNone;  // trees of routes let it stand, too
  } else if (isUnsupported(any)) {
    t.refuse(std::string(typeName(any.type_url())) + " is not supported yet");
  } else {
    t.refuse(std::string(allowed.before) + any.type_url() + std::string(allowed.behind));
  }
  return out;
}

void setCustom(Translation& t, const XdsExtension& extension, const TreeInput& input, match::MatchPredicate& out) {
  const auto scope = t.path.field("custom_match");
  const auto inner = t.path.field("typed_config");
  const google::protobuf::Any& any = extension.typed_config();
  IpMatcher ip;
  MetadataMatcher metadata;
  CelMatcher condition;
  if (any.Is<CelMatcher>() && any.UnpackTo(&condition)) return setCondition(t, condition, input, out);
  if (input.data == TreeInput::Data::kRequest) return refuseRequest(t, {});
  if (any.Is<IpMatcher>() && any.UnpackTo(&ip)) return setRanges(t, ip, out);
  if (any.Is<MetadataMatcher>() && any.UnpackTo(&metadata)) return setMetadata(t, metadata, input, out);
  t.refuse(
      "only Ip and Metadata of envoy.extensions.matching.input_matchers and xds.type.matcher.v3.CelMatcher are "
      "supported here");
}

void refuseRequest(Translation& t, std::string_view where) {
  t.refuse("Unsupported data input type: cel_data_input" +
           (where.empty() ? "" : ", currently only string type is supported in " + std::string(where)));
}

}  // namespace orrery::config
