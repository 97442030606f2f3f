#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "proxy/base/arena.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_table.h"

// Short ways to write route configurations and requests in tests.
namespace orrery::route::test {

inline const stream_info::StreamInfo kNoInfo{};

// A request with its own arena.
struct Request {
  explicit Request(std::string_view path, std::string_view host = "example.com",
                   std::initializer_list<std::pair<std::string_view, std::string_view>> more = {})
      : arena(pool), headers(arena) {
    headers.add(message::HeaderId::kMethod, "GET");
    headers.add(message::HeaderId::kPath, path);
    headers.add(message::HeaderId::kAuthority, host);
    for (const auto& [name, value] : more) headers.add(message::HeaderName(name), value);
  }
  ArenaPool pool;
  Arena arena;
  message::HeaderMap headers;
};

inline Route routeTo(std::string name, RouteMatch match) {
  Route route;
  route.name = std::move(name);
  route.match = std::move(match);
  route.action.emplace().cluster = ClusterRef{"origin", 0};
  return route;
}
inline RouteMatch prefix(std::string path) {
  RouteMatch match;
  match.path = std::move(path);
  return match;
}
inline RouteMatch pathMatch(RouteMatch::PathKind kind, std::string path) {
  RouteMatch match;
  match.pathKind = kind;
  match.path = std::move(path);
  return match;
}
inline VirtualHost virtualHost(std::string name, std::vector<std::string> domains, std::vector<Route> routes) {
  VirtualHost host;
  host.name = std::move(name);
  host.domains = std::move(domains);
  host.routes = std::move(routes);
  return host;
}
inline std::shared_ptr<const RouteConfig> config(std::vector<VirtualHost> hosts, bool ignorePort = false) {
  auto c = std::make_shared<RouteConfig>();
  c->virtualHosts = std::move(hosts);
  c->ignorePortInHostMatching = ignorePort;
  return c;
}

// The name of the route that matches, or "-".
inline std::string matched(const RouteTable& table, const Request& request, uint64_t random = 0,
                           const runtime::Snapshot& runtime = runtime::Snapshot()) {
  const RouteResult result = table.match(request.headers, runtime, random);
  return result.route == nullptr ? "-" : result.route->name;
}

}  // namespace orrery::route::test
