#include "sim/checks/route_of.h"

#include <optional>

namespace orrery::sim {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = lower(c);
  return out;
}

// Values of a field joined with ',' as Envoy compares them; nothing if it is absent.
std::optional<std::string> fieldOf(const RequestStep& step, std::string_view authority, std::string_view name) {
  if (name == ":method") return step.method;
  if (name == ":path") return step.path;
  std::optional<std::string> found;
  for (const HeaderField& h : step.headers) {
    if (lowered(h.name) != (name == ":authority" ? std::string_view("host") : name)) continue;
    found = found ? *found + "," + h.value : h.value;
  }
  if (!found && name == ":authority") return std::string(authority);
  return found;
}

bool headerMatches(const HeaderFact& fact, const RequestStep& step, std::string_view authority) {
  auto value = fieldOf(step, authority, fact.name);
  bool matches = false;
  if (value) {
    std::string expected = fact.value;
    if (fact.ignoreCase) {
      value = lowered(*value);
      expected = lowered(expected);
    }
    switch (fact.kind) {
      case HeaderFact::Kind::kPresent: matches = true; break;
      case HeaderFact::Kind::kExact: matches = *value == expected; break;
      case HeaderFact::Kind::kPrefix: matches = value->starts_with(expected); break;
      case HeaderFact::Kind::kSuffix: matches = value->ends_with(expected); break;
      case HeaderFact::Kind::kContains: matches = value->find(expected) != std::string::npos; break;
    }
  }
  return matches != fact.invert;
}

bool pathMatches(const RouteFacts& route, std::string_view target) {
  std::string path(target.substr(0, target.find_first_of("?#")));
  std::string expected = route.path;
  if (!route.caseSensitive) {
    path = lowered(path);
    expected = lowered(expected);
  }
  switch (route.pathKind) {
    case RouteFacts::PathKind::kPrefix: return path.starts_with(expected);
    case RouteFacts::PathKind::kExact: return path == expected;
    case RouteFacts::PathKind::kSeparatedPrefix:
      return path.starts_with(expected) && (path.size() == expected.size() || path[expected.size()] == '/');
  }
  return false;
}

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
  if (!step.path.starts_with('/')) return {RouteAnswer::Kind::kUnjudged, nullptr, "the target is no path"};
  if (!listener.routesJudged) {
    return {RouteAnswer::Kind::kUnjudged, nullptr, "hosts or paths are matched without some of their parts"};
  }
  const std::string host = lowered(*fieldOf(step, authority, ":authority"));
  const VirtualHostFacts* v = virtualHostOf(listener, host);
  if (v == nullptr) return {RouteAnswer::Kind::kNone, nullptr, ""};
  if (!v->judged) return {RouteAnswer::Kind::kUnjudged, nullptr, "the virtual host may ask for TLS first"};
  for (const RouteFacts& route : v->routes) {
    if (!pathMatches(route, step.path)) continue;
    if (!route.judged)
      return {RouteAnswer::Kind::kUnjudged, nullptr, "a route has conditions that the checks do not evaluate"};
    bool all = true;
    for (const HeaderFact& h : route.headers) all = all && headerMatches(h, step, authority);
    if (all) return {RouteAnswer::Kind::kRoute, &route, ""};
  }
  return {RouteAnswer::Kind::kNone, nullptr, ""};
}

const ListenerFacts* listenerOf(const ProxyFacts& facts, Endpoint server) {
  for (const ListenerFacts& l : facts.listeners) {
    for (const Endpoint& a : l.addresses) {
      if (a.port == server.port && (a.ip == 0 || a.ip == server.ip)) return &l;
    }
  }
  return nullptr;
}

}  // namespace orrery::sim
