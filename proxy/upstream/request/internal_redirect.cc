#include "proxy/upstream/request/internal_redirect.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery::upstream {
namespace {

using message::HeaderEntry;
using message::HeaderId;
using message::HeaderMap;

struct Url {
  std::string_view scheme;
  std::string_view host;  // with port
  std::string_view path;  // with query, without fragment
};

// An absolute URL of http or https. Pieces point into `text` or at literals.
std::optional<Url> parseUrl(std::string_view text) {
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = equalsIgnoreCase(text.substr(0, mark), "http")    ? "http"
               : equalsIgnoreCase(text.substr(0, mark), "https") ? "https"
                                                                 : "";
  if (url.scheme.empty()) return std::nullopt;
  std::string_view rest = text.substr(mark + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t slash = rest.find_first_of("/?");
  url.host = rest.substr(0, slash);
  if (url.host.empty() || url.host.find_first_of(" @") != std::string_view::npos) return std::nullopt;
  // "?q" alone is left as it is, as Envoy does: no route of a prefix takes it.
  url.path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  return url;
}

void copyHeaders(const std::vector<message::HeaderName>& names, const HeaderMap& response, HeaderMap& request) {
  for (const message::HeaderName& name : names) {
    request.remove(name);
    for (const HeaderEntry& entry : response) {
      if (entry.name == name.text()) request.add(name, entry.value);
    }
  }
}

// Whether the policy's predicates take the new route; what was tried is noted.
bool accepts(const route::InternalRedirectPolicy& policy, const std::string& from, const std::string& to,
             bool fromHttps, bool toHttps, stream_info::RedirectTrail& trail) {
  if (policy.previousRoutes) {
    const std::pair target(from, to);
    if (std::find(trail.targets.begin(), trail.targets.end(), target) != trail.targets.end()) return false;
    trail.targets.push_back(target);
  }
  if (policy.allowedRoutes &&
      std::find(policy.allowedRoutes->begin(), policy.allowedRoutes->end(), to) == policy.allowedRoutes->end()) {
    return false;
  }
  return !policy.safeCrossScheme || fromHttps || !toHttps;
}

}  // namespace

bool applyInternalRedirect(const route::Route& route, const HeaderMap& response,
                           http::StreamDecoderFilterCallbacks& callbacks, HeaderMap& request,
                           const RouterStats& stats) {
  const route::InternalRedirectPolicy& policy = *route.action->internalRedirect;
  stats::Block& block = callbacks.worker().stats;
  const auto refuse = [&](stats::CounterId why) {
    block.add(why);
    return false;
  };
  if (!request.has(HeaderId::kPath)) return false;
  const auto url = parseUrl(response.get(HeaderId::kLocation));
  if (!url) return refuse(stats.redirectBadLocation);
  const bool fromHttps = request.scheme() == "https";
  const bool toHttps = url->scheme == "https";
  if (!policy.crossScheme && fromHttps != toHttps) return refuse(stats.redirectUnsafeScheme);
  stream_info::StreamInfo& info = callbacks.streamInfo();
  if (info.redirects == nullptr) info.redirects = std::make_shared<stream_info::RedirectTrail>();
  if (info.redirects->count >= policy.most) return refuse(stats.redirectTooMany);

  Arena& arena = callbacks.arena();
  HeaderMap before(arena);
  before.copyFrom(request);
  const auto restore = [&](stats::CounterId why) {
    request.clear();
    request.copyFrom(before);
    return refuse(why);
  };
  copyHeaders(policy.copied, response, request);
  request.setReference(HeaderId::kScheme, url->scheme);
  request.set(HeaderId::kAuthority, url->host);
  request.setReference(HeaderId::kPath, url->path.empty() ? std::string_view("/") : arena.copy(url->path));
  callbacks.clearRouteCache();
  const route::Route* target = callbacks.route();
  if (target == nullptr) return restore(stats.redirectNoRoute);
  if (!accepts(policy, route.name, target->name, fromHttps, toHttps, *info.redirects)) {
    return restore(stats.redirectPredicate);
  }
  // RFC 9110 section 15.4.4: whatever it was, a 303 is fetched.
  if (response.status() == 303 && request.method() != "GET" && request.method() != "HEAD") {
    request.setReference(HeaderId::kMethod, "GET");
    request.remove(HeaderId::kContentLength);
  }
  ++info.redirects->count;
  request.remove("x-envoy-original-url");
  request.addReference("x-envoy-original-url", HeaderId::kOther,
                       arena.join({fromHttps ? "https" : "http", "://", before.authority(), before.path()}));
  return true;
}

}  // namespace orrery::upstream
