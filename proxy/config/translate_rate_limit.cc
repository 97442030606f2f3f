#include <algorithm>

#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/type/metadata/v3/metadata.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/translate.h"
#include "proxy/format/format.h"

namespace orrery::config {
namespace {

namespace route_api = envoy::config::route::v3;
using ActionMessage = route_api::RateLimit::Action;
using LimitAction = route::RateLimitAction;
using ActionKind = LimitAction::Kind;

// Of the actions that have a value of their own.
template <class M>
LimitAction withValue(ActionKind kind, const M& m, std::string_view defaultKey) {
  return {.kind = kind,
          .key = m.descriptor_key().empty() ? std::string(defaultKey) : m.descriptor_key(),
          .value = m.descriptor_value()};
}

void setMetadataKey(Translation& t, const envoy::type::metadata::v3::MetadataKey& m, LimitAction& out) {
  const auto scope = t.path.field("metadata_key");
  out.metadataNamespace = m.key();
  forEachOf(t, "path", m.path(), [&](const auto& segment) { out.metadataPath.push_back(segment.key()); });
}

LimitAction toMetadataAction(Translation& t, const ActionMessage::MetaData& m) {
  const auto scope = t.path.field("metadata");
  LimitAction out{.kind = m.source() == ActionMessage::MetaData::ROUTE_ENTRY ? ActionKind::kRouteMetadata
                                                                             : ActionKind::kDynamicMetadata,
                  .key = m.descriptor_key(),
                  .defaultValue = m.default_value(),
                  .skipIfAbsent = m.skip_if_absent()};
  setMetadataKey(t, m.metadata_key(), out);
  return out;
}

LimitAction toHeaderMatch(Translation& t, const ActionMessage::HeaderValueMatch& m) {
  const auto scope = t.path.field("header_value_match");
  LimitAction out = withValue(ActionKind::kHeaderMatch, m, "header_match");
  out.expectMatch = !m.has_expect_match() || m.expect_match().value();
  out.headers = toReadyMatchers(t, "headers", m.headers());
  return out;
}

LimitAction toQueryMatch(Translation& t, const ActionMessage::QueryParameterValueMatch& m) {
  const auto scope = t.path.field("query_parameter_value_match");
  LimitAction out = withValue(ActionKind::kQueryMatch, m, "query_match");
  out.expectMatch = !m.has_expect_match() || m.expect_match().value();
  forEachOf(t, "query_parameters", m.query_parameters(), [&](const auto& parameter) {
    auto& matcher = out.parameters.emplace_back(toQueryMatcher(t, parameter));
    if (matcher.string) std::ignore = match::compileMatcher(*matcher.string);
  });
  return out;
}

LimitAction toAddressMatch(Translation& t, const ActionMessage::RemoteAddressMatch& m) {
  const auto scope = t.path.field("remote_address_match");
  LimitAction out = withValue(ActionKind::kRemoteAddressMatch, m, "remote_address_match");
  const auto inner = t.path.field("address_matcher");
  out.invertRanges = m.address_matcher().invert_match();
  forEachOf(t, "ranges", m.address_matcher().ranges(),
            [&](const auto& range) { out.ranges.push_back(toAddressRange(t, range)); });
  return out;
}

LimitAction toLimitAction(Translation& t, const ActionMessage& m) {
  switch (m.action_specifier_case()) {
    case ActionMessage::kSourceCluster: return {.key = "source_cluster", .value = t.nodeCluster};
    case ActionMessage::kDestinationCluster:
      return {.kind = ActionKind::kDestinationCluster, .key = "destination_cluster"};
    case ActionMessage::kRequestHeaders: {
      const auto& headers = m.request_headers();
      return {.kind = ActionKind::kRequestHeader,
              .key = headers.descriptor_key(),
              .skipIfAbsent = headers.skip_if_absent(),
              .header = message::HeaderName(headers.header_name())};
    }
    case ActionMessage::kQueryParameters:
      return {.kind = ActionKind::kQueryParameter,
              .key = m.query_parameters().descriptor_key(),
              .skipIfAbsent = m.query_parameters().skip_if_absent(),
              .parameter = m.query_parameters().query_parameter_name()};
    case ActionMessage::kRemoteAddress: return {.kind = ActionKind::kRemoteAddress, .key = "remote_address"};
    case ActionMessage::kMaskedRemoteAddress: {
      LimitAction out{.kind = ActionKind::kMaskedRemoteAddress, .key = "masked_remote_address"};
      const auto& mask = m.masked_remote_address();
      if (mask.has_v4_prefix_mask_len()) out.maskV4 = mask.v4_prefix_mask_len().value();
      if (mask.has_v6_prefix_mask_len()) out.maskV6 = mask.v6_prefix_mask_len().value();
      return out;
    }
    case ActionMessage::kRemoteAddressMatch: return toAddressMatch(t, m.remote_address_match());
    case ActionMessage::kGenericKey: return withValue(ActionKind::kFixed, m.generic_key(), "generic_key");
    case ActionMessage::kHeaderValueMatch: return toHeaderMatch(t, m.header_value_match());
    case ActionMessage::kQueryParameterValueMatch: return toQueryMatch(t, m.query_parameter_value_match());
    case ActionMessage::kMetadata: return toMetadataAction(t, m.metadata());
    default: return {};  // refused before
  }
}

void setHits(Translation& t, const route_api::RateLimit::HitsAddend& m, route::RateLimit& out) {
  const auto scope = t.path.field("hits_addend");
  out.givesBack = m.is_negative_hits();
  if (m.has_number()) out.hits = m.number().value();
  if (!m.format().empty() && m.has_number()) {
    t.refuse("hits_addend must contain either a format or a number");
  } else if (!m.format().empty()) {
    auto format = format::parseFormat(m.format());
    if (!format) {
      t.refuse("format", format.error().message);
    } else if (std::ranges::count(m.format(), '%') != 2) {
      t.refuse("format", "hits_addend format must contain exactly one substitution");
    } else {
      out.hitsFormat = std::move(*format);
    }
  }
}

}  // namespace

route::RateLimit toRateLimit(Translation& t, const route_api::RateLimit& message) {
  route::RateLimit out;
  out.stage = message.stage().value();
  out.disableKey = message.disable_key();
  out.onStreamDone = message.apply_on_stream_done();
  forEachOf(t, "actions", message.actions(),
            [&](const auto& action) { out.actions.push_back(toLimitAction(t, action)); });
  if (message.has_hits_addend()) setHits(t, message.hits_addend(), out);
  if (message.x_ratelimit_option() == route_api::RateLimit::OFF) out.headers = route::RateLimitHeaders::kOff;
  if (message.x_ratelimit_option() == route_api::RateLimit::DRAFT_VERSION_03)
    out.headers = route::RateLimitHeaders::kDraft03;
  return out;
}

}  // namespace orrery::config
