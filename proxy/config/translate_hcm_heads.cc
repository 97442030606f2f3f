#include <google/protobuf/any.pb.h>

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.pb.h"
#include "envoy/extensions/http/original_ip_detection/custom_header/v3/custom_header.pb.h"
#include "envoy/extensions/http/original_ip_detection/xff/v3/xff.pb.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_headers.h"

// What the connection manager does to the heads of requests: paths and hosts, who the client is, who says so.
namespace orrery::config {

namespace {

namespace core = envoy::config::core::v3;
using Hcm = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using EarlyMutation = envoy::extensions::http::early_header_mutation::header_mutation::v3::HeaderMutation;
using envoy::extensions::http::original_ip_detection::custom_header::v3::CustomHeaderConfig;
using envoy::extensions::http::original_ip_detection::xff::v3::XffConfig;

void setPaths(const Hcm& m, http::HcmOptions& out) {
  out.normalizePath = m.has_normalize_path() && m.normalize_path().value();
  out.mergeSlashes = m.merge_slashes();
  switch (m.path_with_escaped_slashes_action()) {
    case Hcm::REJECT_REQUEST: out.escapedSlashes = http::EscapedSlashes::kReject; break;
    case Hcm::UNESCAPE_AND_REDIRECT: out.escapedSlashes = http::EscapedSlashes::kUnescapeAndRedirect; break;
    case Hcm::UNESCAPE_AND_FORWARD: out.escapedSlashes = http::EscapedSlashes::kUnescapeAndForward; break;
    default: out.escapedSlashes = http::EscapedSlashes::kKeep;
  }
  switch (m.common_http_protocol_options().headers_with_underscores_action()) {
    case core::HttpProtocolOptions::REJECT_REQUEST: out.underscores = http1::UnderscoresAction::kReject; break;
    case core::HttpProtocolOptions::DROP_HEADER: out.underscores = http1::UnderscoresAction::kDropHeader; break;
    default: out.underscores = http1::UnderscoresAction::kAllow;
  }
}

void setHosts(Translation& t, const Hcm& m, http::HcmOptions& out) {
  if (m.strip_matching_host_port() && m.strip_any_host_port()) {
    t.refuse("Error: Only one of `strip_matching_host_port` or `strip_any_host_port` can be set.");
  }
  if (m.strip_matching_host_port()) out.stripHostPort = http::StripHostPort::kMatching;
  if (m.strip_any_host_port()) out.stripHostPort = http::StripHostPort::kAny;
  out.stripTrailingHostDot = m.strip_trailing_host_dot();
  out.schemeOverwrite = m.scheme_header_transformation().scheme_to_overwrite();
  out.appendXForwardedPort = m.append_x_forwarded_port();
}

http::IpDetection toXff(Translation& t, const XffConfig& m) {
  http::IpDetection out;
  out.trustedHops = m.xff_num_trusted_hops();
  out.skipXffAppend = !m.has_skip_xff_append() || m.skip_xff_append().value();
  if (m.has_xff_trusted_cidrs()) {
    if (out.trustedHops > 0) t.refuse("Cannot set both xff_num_trusted_hops and xff_trusted_cidrs");
    const auto scope = t.path.field("xff_trusted_cidrs");
    forEachOf(t, "cidrs", m.xff_trusted_cidrs().cidrs(),
              [&](const auto& range) { out.trustedRanges.push_back(toAddressRange(t, range)); });
  }
  return out;
}

http::IpDetection toCustomHeader(const CustomHeaderConfig& m) {
  http::IpDetection out;
  out.kind = http::IpDetection::Kind::kCustomHeader;
  out.header = m.header_name();
  out.trustAddress = m.allow_extension_to_set_address_as_trusted();
  if (m.has_reject_with_status()) {
    const auto code = static_cast<uint32_t>(m.reject_with_status().code());
    out.rejectStatus = code >= 400 && code < 600 ? code : 403;  // as Envoy: only errors can refuse
  }
  return out;
}

void setIpDetection(Translation& t, const Hcm& m, http::HcmOptions& out) {
  if (m.original_ip_detection_extensions_size() == 0) return;
  if (out.useRemoteAddress || out.xffNumTrustedHops > 0) {
    t.refuse("Original IP detection extensions and use_remote_address may not be mixed");
  }
  forEachOf(t, "original_ip_detection_extensions", m.original_ip_detection_extensions(), [&](const auto& extension) {
    const auto inner = t.path.field("typed_config");
    const auto& any = extension.typed_config();
    if (XffConfig xff; any.template Is<XffConfig>() && any.UnpackTo(&xff)) out.ipDetection.push_back(toXff(t, xff));
    if (CustomHeaderConfig header; any.template Is<CustomHeaderConfig>() && any.UnpackTo(&header)) {
      out.ipDetection.push_back(toCustomHeader(header));
    }
  });
}

void setEarlyMutations(Translation& t, const Hcm& m, http::HcmOptions& out) {
  forEachOf(t, "early_header_mutation_extensions", m.early_header_mutation_extensions(), [&](const auto& extension) {
    const auto inner = t.path.field("typed_config");
    EarlyMutation early;
    if (!extension.typed_config().template Is<EarlyMutation>() || !extension.typed_config().UnpackTo(&early)) return;
    for (auto& made : toRules(t, "mutations", early.mutations())) out.earlyMutations.push_back(std::move(made));
  });
}

}  // namespace

void setHeads(Translation& t, const Hcm& m, http::HcmOptions& out) {
  setPaths(m, out);
  setHosts(t, m, out);
  setIpDetection(t, m, out);
  setEarlyMutations(t, m, out);
}

}  // namespace orrery::config
