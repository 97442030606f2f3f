#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/access_log/access_log_options.h"
#include "proxy/base/time.h"
#include "proxy/codec/http1/codec.h"
#include "proxy/codec/http2/options.h"
#include "proxy/http/filter_options.h"
#include "proxy/http/keepalive.h"
#include "proxy/http/local_reply_rules.h"
#include "proxy/http/proxy_status.h"
#include "proxy/match/address_range.h"
#include "proxy/match/string_matcher.h"
#include "proxy/message/header_case.h"
#include "proxy/message/limits.h"
#include "proxy/route/scoped_routes.h"

// The HTTP connection manager as plain data (envoy.extensions.filters.network.http_connection_manager.v3), made by
// proxy/config. Durations of zero mean off. Defaults are Envoy's.
namespace orrery::http {

enum class ServerHeaderMode : uint8_t { kOverwrite, kAppendIfAbsent, kPassThrough };
// What comes of x-forwarded-client-cert. All but the last need a certificate of the client: without one they remove the field.
enum class ForwardClientCert : uint8_t { kSanitize, kForwardOnly, kAppendForward, kSanitizeSet, kAlwaysForwardOnly };

// path_with_escaped_slashes_action, strip_*_host_port.
enum class EscapedSlashes : uint8_t { kKeep, kReject, kUnescapeAndRedirect, kUnescapeAndForward };
enum class StripHostPort : uint8_t { kKeep, kMatching, kAny };

// What is spoken: kAuto looks at the first bytes of each connection.
enum class CodecType : uint8_t { kAuto, kHttp1, kHttp2 };

// One of original_ip_detection_extensions: how the client's address is found behind a peer that is no client.
struct IpDetection {
  enum class Kind : uint8_t { kXff, kCustomHeader };
  Kind kind = Kind::kXff;
  // kXff
  uint32_t trustedHops = 0;
  std::vector<match::AddressRange> trustedRanges;  // instead of hops
  bool skipXffAppend = true;
  // kCustomHeader
  std::string header;
  bool trustAddress = false;             // the address may make a request internal
  std::optional<uint32_t> rejectStatus;  // answer so where no address is found
};

// One of upgrade_configs: a protocol that clients may change to (by Upgrade, or by the method CONNECT).
struct UpgradeOptions {
  std::string type;  // compared without case; "CONNECT" for the method
  bool enabled = true;
  std::vector<HttpFilterOptions> filters;  // a chain of its own, the last one terminal; empty: the connection manager's
};

struct HcmOptions {
  std::string statPrefix;
  CodecType codecType = CodecType::kAuto;
  std::string routeConfigName;
  std::shared_ptr<const route::RouteConfig> routes;
  std::shared_ptr<const route::ScopedRoutesConfig> scopedRoutes;  // instead of `routes`; null: there are none
  std::vector<HttpFilterOptions> filters;                         // the last one is terminal (router)
  std::vector<UpgradeOptions> upgrades;
  std::vector<access_log::AccessLogOptions> accessLogs;
  std::shared_ptr<const LocalReplyRules> localReplies;  // null: as they are
  bool logOnNewRequest = false;  // flush_access_log_on_new_request: a line when the head was read, too
  Duration logInterval;          // access_log_flush_interval: and one each, while a stream goes on

  std::optional<bool> addUserAgent;
  message::HeaderLimits requestLimits;

  Duration idleTimeout = Duration::seconds(3600);
  Duration maxConnectionDuration;
  uint32_t maxConnectionDurationJitterPpm = 0;  // at most so much of it is added
  bool http1SafeMaxConnectionDuration = false;  // HTTP/1 goes on until it has told its client by `connection: close`
  Duration maxStreamDuration;
  uint32_t maxRequestsPerConnection = 0;
  Duration streamIdleTimeout = Duration::seconds(300);
  Duration streamFlushTimeout = Duration::seconds(300);  // as streamIdleTimeout if it is not given
  Duration requestTimeout;
  Duration requestHeadersTimeout;
  Duration drainTimeout = Duration::milliseconds(5000);
  uint32_t drainTimeoutJitterPpm = 0;  // at most so much of it is added
  Duration delayedCloseTimeout = Duration::milliseconds(1000);

  std::string serverName = "envoy";
  std::optional<ProxyStatusOptions> proxyStatus;  // none: responses have no field of ours
  ServerHeaderMode serverHeader = ServerHeaderMode::kOverwrite;
  bool useRemoteAddress = false;
  uint32_t xffNumTrustedHops = 0;
  bool skipXffAppend = false;
  std::string via;
  bool generateRequestId = true;
  bool preserveExternalRequestId = false;
  bool alwaysSetRequestIdInResponse = false;
  bool proxy100Continue = false;
  ForwardClientCert forwardClientCert = ForwardClientCert::kSanitize;
  // internal_address_config: CIDR ranges whose peers count as internal; empty: nothing is internal (Envoy 1.40).
  std::vector<match::AddressRange> internalRanges;
  std::vector<IpDetection> ipDetection;  // empty: x-forwarded-for by xffNumTrustedHops
  bool appendXForwardedPort = false;
  std::string schemeOverwrite;  // scheme_header_transformation; empty: none
  std::vector<route::HeaderMutation> earlyMutations;

  bool normalizePath = false;
  bool mergeSlashes = false;
  EscapedSlashes escapedSlashes = EscapedSlashes::kKeep;
  StripHostPort stripHostPort = StripHostPort::kKeep;
  bool stripTrailingHostDot = false;
  http1::UnderscoresAction underscores = http1::UnderscoresAction::kAllow;

  // http_protocol_options
  bool acceptHttp10 = false;
  std::string defaultHostForHttp10;
  bool enableTrailers = false;
  bool properCaseHeaders = false;
  std::optional<message::PreserveCase> preserveCase;  // requests keep the case of their names
  bool allowChunkedLength = false;
  std::vector<match::StringMatcher> ignoredUpgrades;  // ignore_http_11_upgrade: requests go on without them
  bool allowAbsoluteUrl = true;
  bool allowCustomMethods = false;
  bool streamErrorOnInvalidMessage = false;

  // http2_protocol_options, with what the fields above say of limits and underscores
  http2::Options http2;
  Keepalive http2Keepalive;
};

}  // namespace orrery::http
