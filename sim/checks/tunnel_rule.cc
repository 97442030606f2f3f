#include "sim/checks/tunnel_rule.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery::sim {

namespace {

// Empty: `heard` begins `said`.
std::string unlike(std::string_view heard, std::string_view said, std::string_view who) {
  if (said.starts_with(heard)) return "";
  const auto differs = std::mismatch(heard.begin(), heard.end(), said.begin(), said.end());
  return std::string(who) + " heard other bytes through the tunnel than were said, from byte " +
         std::to_string(differs.first - heard.begin()) + " on";
}

const UpgradeFact* find(const std::vector<UpgradeFact>& facts, std::string_view type) {
  const auto at = std::find_if(facts.begin(), facts.end(),
                               [&](const UpgradeFact& fact) { return equalsIgnoreCase(fact.type, type); });
  return at == facts.end() ? nullptr : &*at;
}

}  // namespace

std::string askedUpgrade(const RequestStep& step) {
  if (step.method == "CONNECT") return step.method;
  std::string type;
  bool asked = false;
  for (const HeaderField& h : step.headers) {
    if (equalsIgnoreCase(h.name, "upgrade")) type = h.value;
    if (!equalsIgnoreCase(h.name, "connection")) continue;
    forEachToken(h.value, [&](std::string_view token) { asked |= equalsIgnoreCase(token, "upgrade"); });
  }
  return asked ? type : std::string();
}

Fulfilled grants(const ListenerFacts& listener, const RouteAnswer& route, std::string_view type) {
  if (route.kind == RouteAnswer::Kind::kUnjudged) return Fulfilled::kUnknown;
  if (route.kind == RouteAnswer::Kind::kRoute) {
    if (const UpgradeFact* said = find(route.route->upgrades, type)) return fulfilledIf(said->enabled);
  }
  const UpgradeFact* said = find(listener.upgrades, type);
  return fulfilledIf(said != nullptr && said->enabled);
}

std::string brokenTunnel(const RequestRecord& request, std::span<const AttemptRecord* const> attempts,
                         const Ledger& ledger) {
  if (request.tunnel == 0) return "";
  const TunnelRecord& here = ledger.tunnels.at(request.tunnel);
  for (const AttemptRecord* a : attempts) {
    if (a->tunnel == 0) continue;
    const TunnelRecord& there = ledger.tunnels.at(a->tunnel);
    if (std::string wrong = unlike(here.received, there.sent, request.client); !wrong.empty()) return wrong;
    if (std::string wrong = unlike(there.received, here.sent, a->origin); !wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace orrery::sim
