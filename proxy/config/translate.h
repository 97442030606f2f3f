#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/bootstrap.h"
#include "proxy/config/finding.h"
#include "proxy/match/address_range.h"
#include "proxy/route/route_config.h"
#include "proxy/route/scoped_routes.h"

namespace google::protobuf {
class Any;
class Duration;
class UInt32Value;
}  // namespace google::protobuf
namespace envoy::config {
namespace accesslog::v3 {
class AccessLog;
class AccessLogFilter;
}  // namespace accesslog::v3
namespace bootstrap::v3 {
class Admin;
class LayeredRuntime;
}  // namespace bootstrap::v3
namespace cluster::v3 {
class Cluster;
}
namespace core::v3 {
class Address;
class DataSource;
class Http2ProtocolOptions;
class RetryPolicy;
class RuntimeFeatureFlag;
class RuntimeFractionalPercent;
class SubstitutionFormatString;
class SocketAddress;
class TypedExtensionConfig;
class Http1ProtocolOptions_HeaderKeyFormat;
class TcpKeepalive;
}  // namespace core::v3
namespace listener::v3 {
class Listener;
}
namespace route::v3 {
class HeaderMatcher;
class InternalRedirectPolicy;
class QueryParameterMatcher;
class RateLimit;
class RedirectAction;
class Route;
class RetryPolicy;
class RouteAction;
class RouteAction_HashPolicy;
class RouteConfiguration;
class RouteMatch;
}  // namespace route::v3
}  // namespace envoy::config
namespace envoy::extensions::filters::network::http_connection_manager::v3 {
class HttpConnectionManager;
class LocalReplyConfig;
class ScopedRoutes;
}  // namespace envoy::extensions::filters::network::http_connection_manager::v3
namespace envoy::type::v3 {
class FractionalPercent;
}
namespace envoy::type::matcher::v3 {
class MetadataMatcher;
class RegexMatchAndSubstitute;
class RegexMatcher;
class StringMatcher;
}  // namespace envoy::type::matcher::v3
namespace xds::type::matcher::v3 {
class StringMatcher;
}

// From messages to the plain option structs of the modules, one .cc per idea. A translator reports what Envoy's own code
// (not an annotation) would refuse, and what Orrery does not do in this place although it does elsewhere; it goes on after
// a complaint, so its result counts only if nothing was refused.
namespace orrery::config {

struct Translation {
  Report& report;
  Path path;
  std::map<std::string, uint32_t, std::less<>> clusters;  // name -> position
  std::set<std::string, std::less<>> runtimeKeys;         // those that the configuration itself reads
  const ReadFile& readFile;
  const ReadVariable& readVariable;
  std::string nodeCluster = {};  // node.cluster
  std::string nodeId = {};
  std::string localCluster = {};  // cluster_manager.local_cluster_name; empty: none is named
  uint64_t localHosts = 0;        // and how many hosts it has

  void refuse(std::string message) { report.refuse(path.text(), std::move(message)); }
  void refuse(std::string_view field, std::string message) {
    const auto scope = path.field(field);
    report.refuse(path.text(), std::move(message));
  }
};

// Calls f(element) for every element of a repeated field, with the path standing at it.
template <class List, class F>
void forEachOf(Translation& t, std::string_view field, const List& list, F&& f) {
  const auto scope = t.path.field(field);
  for (int i = 0; i < list.size(); ++i) {
    const auto item = t.path.index(i);
    f(list[i]);
  }
}

// Pieces (translate_common.cc). All times of Envoy's configuration count in whole milliseconds; less is cut off, as there.
Duration toDuration(Translation& t, std::string_view field, const google::protobuf::Duration& message);
io::Address toAddress(Translation& t, const envoy::config::core::v3::Address& message);
io::Address toAddress(Translation& t, const envoy::config::core::v3::SocketAddress& message);
io::KeepaliveOptions toKeepalive(const envoy::config::core::v3::TcpKeepalive& message);
match::AddressRange toAddressRange(Translation& t, const std::string& prefix, uint32_t length);
template <class CidrRange>  // Envoy's or that of xds
match::AddressRange toAddressRange(Translation& t, const CidrRange& message) {
  return toAddressRange(t, message.address_prefix(), message.prefix_len().value());
}
// In Envoy's words: of an extension that it does not have either, or that may not stand at the path; `typeUrl` as in its Any.
void refuseUnregistered(Translation& t, const std::string& name, std::string_view typeUrl);
// What the source says; files are read now. `field` is the one that holds it.
std::string toText(Translation& t, std::string_view field, const envoy::config::core::v3::DataSource& message);
// The same where there must be something; empty: it was refused.
std::string toFilledText(Translation& t, std::string_view field, const envoy::config::core::v3::DataSource& message);

// What HTTP/1 on both sides has (translate_http1.cc). Nothing: names are not kept as they come.
std::optional<message::PreserveCase> toPreserveCase(
    Translation& t, const envoy::config::core::v3::Http1ProtocolOptions_HeaderKeyFormat& message);

// Matchers (translate_match.cc).
route::StringMatcher toStringMatcher(Translation& t, const envoy::type::matcher::v3::StringMatcher& message);
route::StringMatcher toStringMatcher(Translation& t, const xds::type::matcher::v3::StringMatcher& message);
void checkRegex(Translation& t, const envoy::type::matcher::v3::RegexMatcher& message);
route::HeaderMatcher toHeaderMatcher(Translation& t, const envoy::config::route::v3::HeaderMatcher& message);
route::FractionalPercent toFraction(const envoy::type::v3::FractionalPercent& message);
match::RegexSubstitution toRewrite(Translation& t, std::string_view field,
                                   const envoy::type::matcher::v3::RegexMatchAndSubstitute& message);
route::RuntimeFraction toFraction(Translation& t, std::string_view field,
                                  const envoy::config::core::v3::RuntimeFractionalPercent& message);
runtime::Flag toFlag(Translation& t, const envoy::config::core::v3::RuntimeFeatureFlag& message);
route::QueryParameterMatcher toQueryMatcher(Translation& t,
                                            const envoy::config::route::v3::QueryParameterMatcher& message);
// Of metadata (translate_metadata_matcher.cc).
route::MetadataMatcher toMetadataMatcher(Translation& t, const envoy::type::matcher::v3::MetadataMatcher& message);
// Paths by extensions (translate_path_policy.cc). A template as the expression for whole paths; empty: it was refused.
std::string toPathTemplate(Translation& t, const envoy::config::core::v3::TypedExtensionConfig& message);
void setPathPolicy(Translation& t, const envoy::config::route::v3::RouteMatch& message, route::RouteMatch& out);
// Of a whole route, because the template that matched names the variables; the path stands at its action.
void setPathRewrite(Translation& t, const envoy::config::route::v3::Route& message, route::RouteAction& out);
route::RouteMatch toRouteMatch(Translation& t, const envoy::config::route::v3::RouteMatch& message);

// Actions of routes (translate_action.cc, translate_redirect.cc, translate_hash.cc, translate_retry.cc).
route::ClusterRef toClusterRef(Translation& t, std::string_view field, const std::string& name, bool validate);
route::RouteAction toRouteAction(Translation& t, const envoy::config::route::v3::RouteAction& message,
                                 bool validateClusters);
route::InternalRedirectPolicy toInternalRedirect(Translation& t,
                                                 const envoy::config::route::v3::InternalRedirectPolicy& message);
route::RedirectAction toRedirect(Translation& t, const envoy::config::route::v3::RedirectAction& message);
route::HashPolicy toHashPolicy(Translation& t, const envoy::config::route::v3::RouteAction_HashPolicy& message);
// What is counted under (translate_rate_limit.cc); the path stands at it.
route::RateLimit toRateLimit(Translation& t, const envoy::config::route::v3::RateLimit& message);
route::RetryPolicy toRetryPolicy(Translation& t, const envoy::config::route::v3::RetryPolicy& message);
route::RetryPolicy toRetryPolicy(Translation& t, const envoy::config::core::v3::RetryPolicy& message);

std::shared_ptr<const route::RouteConfig> toRouteConfig(Translation& t,
                                                        const envoy::config::route::v3::RouteConfiguration& message);
// What scope keys are equal is told by a warning: the last one counts.
std::shared_ptr<const route::ScopedRoutesConfig> toScopedRoutes(
    Translation& t, const envoy::extensions::filters::network::http_connection_manager::v3::ScopedRoutes& message);
// A format whose path stands at it; null: it was refused.
std::shared_ptr<const format::Formatter> toFormat(Translation& t,
                                                  const envoy::config::core::v3::SubstitutionFormatString& message);
// One of a body, with the type that it has; the path stands at the owner of `field`.
http::LocalReplyBodyFormat toBodyFormat(Translation& t, std::string_view field,
                                        const envoy::config::core::v3::SubstitutionFormatString& message);
access_log::LogFilter toLogFilter(Translation& t, const envoy::config::accesslog::v3::AccessLogFilter& message);
access_log::AccessLogOptions toAccessLog(Translation& t, const envoy::config::accesslog::v3::AccessLog& message);
// Pieces of the connection manager (translate_hcm_heads.cc).
void setHeads(Translation& t,
              const envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager& message,
              http::HcmOptions& out);
// `streamError`: stream_error_on_invalid_http_message of whoever holds the message, which counts if it says nothing itself.
void setHttp2(Translation& t, const envoy::config::core::v3::Http2ProtocolOptions& message, bool streamError,
              http2::Options& out, http::Keepalive& keepalive);
std::shared_ptr<const http::LocalReplyRules> toLocalReplies(
    Translation& t, const envoy::extensions::filters::network::http_connection_manager::v3::LocalReplyConfig& message);
std::shared_ptr<const http::HcmOptions> toHcm(
    Translation& t,
    const envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager& message);
net::ListenerOptions toListener(Translation& t, const envoy::config::listener::v3::Listener& message, size_t position);
upstream::ClusterOptions toCluster(Translation& t, const envoy::config::cluster::v3::Cluster& message);
admin::AdminOptions toAdmin(Translation& t, const envoy::config::bootstrap::v3::Admin& message);

// After everything else, as it wants to know which keys are read.
runtime::RuntimeOptions toRuntime(Translation& t, const envoy::config::bootstrap::v3::LayeredRuntime* message);

}  // namespace orrery::config
