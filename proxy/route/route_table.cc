#include "proxy/route/route_table.h"

#include <algorithm>
#include <string>

#include "proxy/base/ascii.h"
#include "proxy/message/grpc.h"
#include "proxy/message/path.h"
#include "proxy/route/cookies.h"
#include "proxy/route/domain_index.h"
#include "proxy/route/matchers.h"
#include "proxy/route/route_index.h"

namespace orrery::route {
namespace {

using message::HeaderId;

// Envoy counts CONNECT-UDP, which comes as an upgrade, as a CONNECT here.
bool isConnect(const message::HeaderMap& headers) {
  return headers.method() == "CONNECT" || equalsIgnoreCase(headers.get(HeaderId::kUpgrade), "connect-udp");
}

bool matchesPath(const RouteMatch& match, std::string_view path, const message::HeaderMap& headers) {
  switch (match.pathKind) {
    case RouteMatch::PathKind::kPrefix: return startsWithPath(path, match);
    case RouteMatch::PathKind::kExact: return path.size() == match.path.size() && startsWithPath(path, match);
    case RouteMatch::PathKind::kRegex: return match::fullMatch(*match.regex, path);
    case RouteMatch::PathKind::kPathSeparatedPrefix:
      return startsWithPath(path, match) && (path.size() == match.path.size() || path[match.path.size()] == '/');
    case RouteMatch::PathKind::kConnect: return isConnect(headers);
    case RouteMatch::PathKind::kTemplate:
      return match::fullMatch(*match.regex, message::splitPath(headers.path()).path);
  }
  return false;
}

bool matchesRoute(const RouteMatch& match, const message::PathParts& parts, const message::HeaderMap& headers,
                  const runtime::Snapshot& runtime, uint64_t random, const stream_info::Value::Object* metadata) {
  if (!matchesPath(match, parts.path, headers)) return false;
  if (match.runtimeFraction && !match::enabled(*match.runtimeFraction, runtime, random)) return false;
  if (!match::matchesAll(match.headers, headers)) return false;
  if (match.grpc && !message::hasGrpcContentType(headers)) return false;
  for (const QueryParameterMatcher& parameter : match.queryParameters) {
    if (!matches(parameter, parts.query)) return false;
  }
  for (const CookieMatcher& cookie : match.cookies) {
    if (!matches(cookie, headers)) return false;
  }
  for (const MetadataMatcher& matcher : match.metadata) {
    if (!matches(matcher, metadata)) return false;
  }
  return !match.filterState;
}

// "a:80" -> "a", "[::1]:80" -> "[::1]"; a host without port stays.
std::string_view withoutPort(std::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return host;
  const size_t bracket = host.rfind(']');
  if (bracket != std::string_view::npos && bracket > colon) return host;
  return host.substr(0, colon);
}

Status compileMatch(RouteMatch& match) {
  if (match.pathKind == RouteMatch::PathKind::kRegex || match.pathKind == RouteMatch::PathKind::kTemplate) {
    auto regex = match::compileRegex(match.path);
    if (!regex) return std::unexpected(regex.error());
    match.regex = std::move(*regex);
  }
  if (Status s = match::compileMatchers(match.headers); !s) return s;
  for (QueryParameterMatcher& parameter : match.queryParameters) {
    if (!parameter.string) continue;
    if (Status s = match::compileMatcher(*parameter.string); !s) return s;
  }
  for (MetadataMatcher& matcher : match.metadata) {
    if (Status s = compileMatcher(matcher.value); !s) return s;
  }
  for (CookieMatcher& cookie : match.cookies) {
    if (Status s = match::compileMatcher(cookie.string); !s) return s;
  }
  return {};
}

Status compileRewrite(std::optional<match::RegexSubstitution>& rewrite) {
  return rewrite ? match::compile(*rewrite) : Status();
}

Status compileAction(RouteAction& action) {
  if (Status s = compileRewrite(action.pathRewrite.regex); !s) return s;
  if (Status s = compileRewrite(action.hostRewritePath); !s) return s;
  for (HashPolicy& policy : action.hashPolicies) {
    if (Status s = compileRewrite(policy.rewrite); !s) return s;
  }
  if (!action.retry) return {};
  if (Status s = match::compileMatchers(action.retry->retriableHeaders); !s) return s;
  return match::compileMatchers(action.retry->retriableRequestHeaders);
}

Status compileRoute(Route& route) {
  if (Status s = compileMatch(route.match); !s) return s;
  if (route.redirect) {
    if (Status s = compileRewrite(route.redirect->pathRewrite.regex); !s) return s;
  }
  return route.action ? compileAction(*route.action) : Status();
}

Status compileHost(VirtualHost& host) {
  for (Route& route : host.routes) {
    if (Status s = compileRoute(route); !s) return s;
  }
  for (VirtualCluster& cluster : host.virtualClusters) {
    if (Status s = match::compileMatchers(cluster.headers); !s) return s;
  }
  return host.matcher ? match::compileTree(*host.matcher) : Status();
}

void addStats(VirtualHost& host, stats::Layout& layout) {
  const std::string prefix = "vhost." + host.name + ".";
  for (Route& route : host.routes) {
    if (route.statPrefix.empty()) continue;
    route.stats = std::make_shared<const RequestStats>(layout, prefix + "route." + route.statPrefix + ".");
  }
  for (VirtualCluster& cluster : host.virtualClusters) {
    const std::string& name = cluster.name.empty() ? std::string("other") : cluster.name;
    cluster.stats = std::make_shared<const RequestStats>(layout, prefix + "vcluster." + name + ".");
  }
}

}  // namespace

const VirtualCluster* VirtualHost::virtualClusterOf(const message::HeaderMap& headers) const {
  for (const VirtualCluster& cluster : virtualClusters) {
    if (match::matchesAll(cluster.headers, headers)) return &cluster;
  }
  return nullptr;
}

struct RouteTable::Impl {
  RouteConfig config;
  DomainIndex domains;
  std::vector<RouteIndex> indexes;  // by virtual host; unused for short lists
  Route tlsRedirect;
  bool usesRandom = false;
  bool onlyForAll = false;  // there is one virtual host, for "*" alone
};

RouteTable::RouteTable(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RouteTable::~RouteTable() = default;

Result<std::shared_ptr<const RouteTable>> RouteTable::compile(std::shared_ptr<const RouteConfig> config,
                                                              const FilterChainShape* chain, stats::Layout* layout) {
  auto impl = std::make_unique<Impl>();
  impl->config = *config;
  impl->tlsRedirect.redirect.emplace().httpsRedirect = true;
  for (uint32_t i = 0; i < impl->config.virtualHosts.size(); ++i) {
    VirtualHost& host = impl->config.virtualHosts[i];
    host.ignorePathParameters = impl->config.ignorePathParameters;
    for (const std::string& domain : host.domains) {
      if (Status s = impl->domains.add(domain, i); !s) {
        return makeError("virtual host '" + host.name + "': " + s.error().message);
      }
    }
    if (Status s = compileHost(host); !s) return makeError("virtual host '" + host.name + "': " + s.error().message);
    if (layout != nullptr) addStats(host, *layout);
    RouteIndex& index = impl->indexes.emplace_back();
    for (uint32_t k = 0; k < host.routes.size(); ++k) {
      const RouteMatch& match = host.routes[k].match;
      const Route& route = host.routes[k];
      const bool weighted = route.action && !route.action->weighted.empty();
      impl->usesRandom = impl->usesRandom || weighted || match.runtimeFraction.has_value();
      if (host.routes.size() >= RouteIndex::kWorthwhile) index.add(match, k);
    }
    index.finish();
  }
  const std::vector<VirtualHost>& hosts = impl->config.virtualHosts;
  impl->onlyForAll = hosts.size() == 1 && hosts[0].domains == std::vector<std::string>{"*"};
  if (chain != nullptr) flattenFilterSettings(impl->config, *chain);
  return std::shared_ptr<const RouteTable>(new RouteTable(std::move(impl)));
}

bool RouteTable::usesRandom() const { return impl_->usesRandom; }
const RouteConfig& RouteTable::config() const { return impl_->config; }

RouteResult RouteTable::match(const message::HeaderMap& headers, const runtime::Snapshot& runtime, uint64_t random,
                              const stream_info::Value::Object* metadata) const {
  std::string_view authority = headers.authority();
  if (impl_->config.hostHeader) {
    authority = headers.get(*impl_->config.hostHeader);
    // As in Envoy: without the field there is no host, unless one for all is the only one there is.
    if (!headers.has(*impl_->config.hostHeader) && !impl_->onlyForAll) return {};
  } else if (!headers.has(HeaderId::kAuthority)) {
    return {};
  }
  if (impl_->config.ignorePortInHostMatching) authority = withoutPort(authority);
  const uint32_t index = impl_->domains.find(authority);
  if (index == DomainIndex::kNone) return {};
  const VirtualHost& host = impl_->config.virtualHosts[index];

  if (host.requireTls != VirtualHost::RequireTls::kNone && headers.get(HeaderId::kXForwardedProto) != "https") {
    const bool internal = headers.get(HeaderId::kEnvoyInternal) == "true";
    if (host.requireTls == VirtualHost::RequireTls::kAll || !internal) return {&host, &impl_->tlsRedirect};
  }
  message::PathParts parts = message::splitPath(headers.path());
  std::string plain;
  if (impl_->config.ignorePathParameters && parts.path.contains(';')) {
    plain = message::withoutParameters(parts.path);
    parts.path = plain;
  }
  // A plain CONNECT has no path (RFC 9110 section 9.3.6): only a route for CONNECT can be meant.
  const bool pathless = !headers.has(HeaderId::kPath);
  const Route* found = nullptr;
  const auto take = [&](const Route& route) {
    if (pathless && route.match.pathKind != RouteMatch::PathKind::kConnect) return false;
    if (matchesRoute(route.match, parts, headers, runtime, random, metadata)) found = &route;
    return found != nullptr;
  };
  if (host.matcher) {
    const auto action = match::matchTree(*host.matcher, {headers});
    if (!action) return {&host, nullptr};
    const RouteRange& range = host.matcherActions[*action];
    for (uint32_t k = range.begin; k < range.end && !take(host.routes[k]); ++k) {
    }
  } else if (host.routes.size() >= RouteIndex::kWorthwhile) {
    impl_->indexes[index].forEachCandidate(parts.path, [&](uint32_t k) { return take(host.routes[k]); });
  } else {
    for (const Route& route : host.routes) {
      if (take(route)) break;
    }
  }
  return {&host, found};
}

}  // namespace orrery::route
