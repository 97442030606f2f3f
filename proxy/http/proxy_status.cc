#include "proxy/http/proxy_status.h"

namespace orrery::http {

namespace {

using stream_info::ResponseFlag;

struct Cause {
  ResponseFlag flag;
  const char* error;
  uint32_t code;  // that RFC 9209 recommends and Envoy sends; 0: none
};

// The first flag that is set decides (seen at Envoy 1.40).
constexpr Cause kCauses[] = {
    {ResponseFlag::kFailedLocalHealthCheck, "destination_unavailable", 503},
    {ResponseFlag::kNoHealthyUpstream, "destination_unavailable", 503},
    {ResponseFlag::kUpstreamRequestTimeout, "http_response_timeout", 504},
    {ResponseFlag::kLocalReset, "connection_timeout", 504},
    {ResponseFlag::kUpstreamRemoteReset, "connection_terminated", 502},
    {ResponseFlag::kUpstreamConnectionFailure, "connection_refused", 502},
    {ResponseFlag::kUpstreamConnectionTermination, "connection_terminated", 502},
    {ResponseFlag::kUpstreamOverflow, "connection_limit_reached", 503},
    {ResponseFlag::kNoRouteFound, "destination_not_found", 500},
    {ResponseFlag::kFaultInjected, "http_request_error", 0},
    {ResponseFlag::kRateLimited, "connection_limit_reached", 503},
    {ResponseFlag::kUnauthorizedExternalService, "connection_refused", 502},
    {ResponseFlag::kRateLimitServiceError, "connection_limit_reached", 503},
    {ResponseFlag::kUpstreamRetryLimitExceeded, "destination_unavailable", 503},
    {ResponseFlag::kStreamIdleTimeout, "http_response_timeout", 504},
    {ResponseFlag::kInvalidEnvoyRequestHeaders, "http_request_error", 0},
    {ResponseFlag::kUpstreamMaxStreamDurationReached, "http_response_timeout", 504},
    {ResponseFlag::kUpstreamProtocolError, "http_protocol_error", 502},
    {ResponseFlag::kNoClusterFound, "destination_unavailable", 503},
};

const Cause* causeOf(const stream_info::ResponseFlags& flags) {
  for (const Cause& cause : kCauses) {
    if (flags.has(cause.flag)) return &cause;
  }
  return nullptr;
}

}  // namespace

void addProxyStatus(const ProxyStatusOptions& options, const std::string& serverName,
                    const stream_info::StreamInfo& info, message::HeaderMap& response) {
  const Cause* const cause = causeOf(info.flags);
  if (cause == nullptr) return;
  static const message::HeaderName kProxyStatus("proxy-status");
  std::string text;
  if (const std::string_view known = response.get(kProxyStatus); !known.empty()) text = std::string(known) + ", ";
  text += (options.proxyName.empty() ? serverName : options.proxyName) + "; error=" + cause->error;
  if (options.details) {
    std::string details(info.responseCodeDetails);
    const auto add = [&](std::string_view more) {
      if (!more.empty()) details += (details.empty() ? "" : "; ") + std::string(more);
    };
    if (options.terminationDetails) add(info.connectionTerminationDetails);
    if (options.flags) add(info.flags.text());
    if (!details.empty()) text += "; details=\"" + details + "\"";
  }
  response.set(kProxyStatus, text);
  if (options.recommendedCode && cause->code != 0) {
    response.set(message::HeaderId::kStatus, std::to_string(cause->code));
  }
}

}  // namespace orrery::http
