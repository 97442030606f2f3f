#include "proxy/route/finalize.h"

#include <optional>
#include <string_view>
#include <vector>

#include "proxy/message/path.h"

namespace orrery::route {

using message::HeaderId;
using message::HeaderMap;

namespace {

// As Envoy's appendXfh: nothing is added if the list already ends in this host.
void appendForwardedHost(HeaderMap& headers, std::string_view host) {
  const std::string_view known = headers.get(HeaderId::kXForwardedHost);
  if (known.empty()) {
    headers.setReference(HeaderId::kXForwardedHost, host);
    return;
  }
  const size_t comma = known.rfind(',');
  const std::string_view last = comma == std::string_view::npos ? known : known.substr(comma + 1);
  if (last == host) return;
  headers.setReference(HeaderId::kXForwardedHost, headers.arena().join({known, ",", host}));
}

// The host that the route wants upstream, in the arena; none: it stays. `weighted` goes first, as in Envoy.
std::optional<std::string_view> rewrittenHost(const RouteAction& action, const WeightedCluster* weighted,
                                              const stream_info::StreamInfo& info, HeaderMap& headers) {
  if (weighted != nullptr && weighted->hostRewriteLiteral) return *weighted->hostRewriteLiteral;
  if (action.hostRewriteLiteral) return *action.hostRewriteLiteral;
  if (action.hostRewriteHeader) {
    const std::string_view value = headers.get(*action.hostRewriteHeader);
    return value.empty() ? std::nullopt : std::optional(value);
  }
  if (action.hostRewritePath) {
    return headers.arena().copy(match::replaceAll(*action.hostRewritePath, message::splitPath(headers.path()).path));
  }
  if (action.hostRewriteFormat != nullptr) {
    std::string text;
    action.hostRewriteFormat->append({info, &headers}, text);
    return text.empty() ? std::nullopt : std::optional(headers.arena().copy(text));
  }
  return std::nullopt;
}

}  // namespace

void rewriteHost(const RouteAction& action, std::string_view host, HeaderMap& headers, bool insertOriginal) {
  const std::string_view old = headers.authority();
  if (insertOriginal) headers.setReference(HeaderId::kEnvoyOriginalHost, old);
  if (action.appendXForwardedHost) appendForwardedHost(headers, old);
  headers.setReference(HeaderId::kAuthority, host);
}

namespace {

void applyLevels(const Route& route, const HeaderLevel* weighted, const std::vector<HeaderLevel>& levels,
                 const stream_info::LogRecord& record, HeaderMap& headers) {
  if (weighted != nullptr && !route.weightedMutationsLast) applyLevel(*weighted, record, headers);
  for (const HeaderLevel& level : levels) applyLevel(level, record, headers);
  if (weighted != nullptr && route.weightedMutationsLast) applyLevel(*weighted, record, headers);
}

}  // namespace

void finalizeRequestHeaders(const Route& route, const WeightedCluster* weighted, const stream_info::StreamInfo& info,
                            HeaderMap& headers, bool insertOriginal) {
  applyLevels(route, weighted != nullptr ? &weighted->requestHeaders : nullptr, route.requestHeaders, {info, &headers},
              headers);
  if (!route.action) return;
  const RouteAction& action = *route.action;
  if (const auto host = rewrittenHost(action, weighted, info, headers))
    rewriteHost(action, *host, headers, insertOriginal);
  rewritePath(action.pathRewrite, route.match, info, headers, insertOriginal);
}

void finalizeResponseHeaders(const Route& route, const WeightedCluster* weighted, const stream_info::LogRecord& record,
                             HeaderMap& headers) {
  applyLevels(route, weighted != nullptr ? &weighted->responseHeaders : nullptr, route.responseHeaders, record,
              headers);
}

}  // namespace orrery::route
