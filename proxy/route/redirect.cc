#include <array>
#include <charconv>
#include <string>

#include "proxy/route/finalize.h"

namespace orrery::route {
namespace {

using message::HeaderId;
using message::HeaderMap;

// The host of the request; its port is dropped when the redirect names a port, or when it is the default port of a
// scheme that the redirect changes (Envoy's processRequestHost).
std::string_view requestHost(const HeaderMap& headers, std::string_view newScheme, bool newPort) {
  const std::string_view host = headers.authority();
  if (host.empty()) return host;
  size_t end = std::string_view::npos;
  if (host.front() == '[') {
    end = host.rfind("]:");
    if (end != std::string_view::npos) ++end;
  } else {
    end = host.rfind(':');
  }
  if (end == std::string_view::npos) return host;
  const std::string_view port = host.substr(end);
  const std::string_view scheme = headers.get(HeaderId::kXForwardedProto);
  bool drop = newPort;
  if (newScheme != scheme) drop = drop || (scheme == "https" && port == ":443") || (scheme == "http" && port == ":80");
  return drop ? host.substr(0, end) : host;
}

// A query of path_redirect wins over the request's and is never stripped.
std::string_view redirectPath(const RedirectAction& redirect, const stream_info::StreamInfo& info, HeaderMap& headers) {
  std::string_view path = headers.path();
  std::string made;
  if (redirect.pathFormat != nullptr) redirect.pathFormat->append({info, &headers}, made);
  if (redirect.pathRedirect || !made.empty()) {
    const std::string_view target =
        redirect.pathRedirect ? std::string_view(*redirect.pathRedirect) : headers.arena().copy(made);
    if (target.find('?') != std::string_view::npos) return target;
    const size_t query = path.find('?');
    path = query == std::string_view::npos ? target : headers.arena().join({target, path.substr(query)});
  }
  return redirect.stripQuery ? path.substr(0, path.find('?')) : path;
}

std::string_view redirectScheme(const RedirectAction& redirect, const HeaderMap& headers) {
  if (redirect.scheme) return *redirect.scheme;
  if (redirect.httpsRedirect) return "https";
  const std::string_view scheme = headers.scheme();
  if (!scheme.empty()) return scheme;
  const std::string_view forwarded = headers.get(HeaderId::kXForwardedProto);
  return forwarded.empty() ? "http" : forwarded;
}

}  // namespace

std::string_view redirectLocation(const Route& route, const stream_info::StreamInfo& info, HeaderMap& headers) {
  if (!headers.has(HeaderId::kPath)) return {};
  static const RedirectAction kNone;
  const RedirectAction& redirect = route.redirect ? *route.redirect : kNone;
  const std::string_view scheme = redirectScheme(redirect, headers);
  const std::string_view host =
      redirect.host ? std::string_view(*redirect.host) : requestHost(headers, scheme, redirect.port.has_value());
  std::array<char, 12> port{':'};
  size_t portSize = 0;
  if (redirect.port) {
    portSize = static_cast<size_t>(std::to_chars(port.data() + 1, port.data() + port.size(), *redirect.port).ptr -
                                   port.data());
  }
  return headers.arena().join({scheme, "://", host, {port.data(), portSize}, redirectPath(redirect, info, headers)});
}

}  // namespace orrery::route
