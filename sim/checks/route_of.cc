#include "sim/checks/route_of.h"

namespace orrery::sim {

namespace {

Fulfilled pathFulfils(const RouteFacts& route, std::string_view target) {
  std::string path(target.substr(0, target.find_first_of("?#")));
  if (route.pathKind == RouteFacts::PathKind::kRegex) return fulfils(route.pathRegex, path);
  std::string expected = route.path;
  if (!route.caseSensitive) {
    path = lowered(path);
    expected = lowered(expected);
  }
  switch (route.pathKind) {
    case RouteFacts::PathKind::kPrefix: return fulfilledIf(path.starts_with(expected));
    case RouteFacts::PathKind::kExact: return fulfilledIf(path == expected);
    case RouteFacts::PathKind::kSeparatedPrefix:
      return fulfilledIf(path.starts_with(expected) &&
                         (path.size() == expected.size() || path[expected.size()] == '/'));
    case RouteFacts::PathKind::kRegex:
    case RouteFacts::PathKind::kConnect: break;
  }
  return Fulfilled::kUnknown;
}

bool isOddPath(std::string_view path) {
  return path.find("/.") != std::string_view::npos || path.find("//") != std::string_view::npos ||
         path.find_first_of("%\\") != std::string_view::npos;
}
bool isOddHost(std::string_view host) { return host.find(':') != std::string_view::npos || host.ends_with('.'); }

// Envoy's order: exact, longest "*suffix", longest "prefix*", "*".
const VirtualHostFacts* virtualHostOf(const ListenerFacts& listener, const std::string& host) {
  const VirtualHostFacts* best = nullptr;
  size_t bestRank = 0;
  for (const VirtualHostFacts& v : listener.virtualHosts) {
    for (const std::string& domain : v.domains) {
      const std::string d = lowered(domain);
      size_t rank = 0;
      constexpr size_t kStep = 1u << 20;
      if (d == "*") {
        rank = 1;
      } else if (d.front() == '*' && host.size() > d.size() - 1 && host.ends_with(d.substr(1))) {
        rank = 2 * kStep + d.size();
      } else if (d.back() == '*' && host.size() > d.size() - 1 && host.starts_with(d.substr(0, d.size() - 1))) {
        rank = kStep + d.size();
      } else if (d == host) {
        rank = 3 * kStep;
      }
      if (rank > bestRank) {
        bestRank = rank;
        best = &v;
      }
    }
  }
  return best;
}

}  // namespace

RouteAnswer routeOf(const ListenerFacts& listener, const RequestStep& step, std::string_view authority) {
  const bool connect = step.method == "CONNECT";
  if (!connect && !step.path.starts_with('/')) {
    return {RouteAnswer::Kind::kUnjudged, nullptr, "the target is no path"};
  }
  if (!listener.routesJudged) {
    return {RouteAnswer::Kind::kUnjudged, nullptr, "routes are chosen by other things than what the request shows"};
  }
  // The target of a CONNECT replaces what Host says.
  const std::string host = connect ? lowered(step.path) : hostOf(step, authority);
  if ((listener.changesPaths && isOddPath(step.path)) || (listener.changesHosts && isOddHost(host))) {
    return {RouteAnswer::Kind::kUnjudged, nullptr, "hosts or paths are made canonical before they are matched"};
  }
  const VirtualHostFacts* v = virtualHostOf(listener, host);
  if (v == nullptr) return {RouteAnswer::Kind::kNone, nullptr, ""};
  if (!v->judged) return {RouteAnswer::Kind::kUnjudged, nullptr, "the virtual host may ask for TLS first"};
  for (const RouteFacts& route : v->routes) {
    const bool forConnect = route.pathKind == RouteFacts::PathKind::kConnect;
    const Fulfilled path = connect || forConnect ? fulfilledIf(connect && forConnect) : pathFulfils(route, step.path);
    if (path == Fulfilled::kNo) continue;
    const Fulfilled rest = fulfils(route.conditions, step, !listener.changesHeads);
    if (rest == Fulfilled::kNo) continue;
    if (path == Fulfilled::kYes && rest == Fulfilled::kYes) return {RouteAnswer::Kind::kRoute, &route, ""};
    return {RouteAnswer::Kind::kUnjudged, nullptr, "chance or what the proxy makes of a head decides between routes"};
  }
  return {RouteAnswer::Kind::kNone, nullptr, ""};
}

const ListenerFacts* listenerOf(const ProxyFacts& facts, Endpoint server) {
  for (const ListenerFacts& l : facts.listeners) {
    for (const Endpoint& a : l.addresses) {
      const bool any = a.ip().isAny() && a.ip().sameFamily(server.ip());
      if (a.port() == server.port() && (any || a.ip() == server.ip())) return &l;
    }
  }
  return nullptr;
}

}  // namespace orrery::sim
