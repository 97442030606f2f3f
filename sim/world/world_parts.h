#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/server/compiled_bootstrap.h"
#include "sim/actors/actor_env.h"
#include "sim/checks/proxy_facts.h"
#include "sim/world/conservation.h"
#include "sim/world/world.h"

namespace orrery::sim {

// A machine with its addresses given.
struct HostPlan {
  std::string name;
  std::vector<IpAddress> addresses;  // the first is where it listens
  bool isProxy = false;
  const HostSpec* host = nullptr;  // of the scenario; null: the proxy
  const Story* story = nullptr;    // null: it does nothing
  bool listens() const { return host != nullptr && !host->listens.empty(); }
};

// Where everybody is. Immutable.
class HostPlans final : public HostBook {
 public:
  std::vector<HostPlan> hosts;  // clients, the proxy, origins: the order in which worlds make them
  std::vector<std::pair<Endpoint, std::string>> listeners;  // of the proxy, with the host header for requests there

  std::optional<Target> find(std::string_view host, uint16_t port) const override;
  const HostPlan* named(std::string_view name) const;
};

// What worlds need of a compiled scenario.
struct CompiledScenario::Parts {
  std::shared_ptr<const server::CompiledBootstrap> bootstrap;
  HostPlans plans;
  ProxyFacts facts;
  std::vector<IpAddress> proxyAddresses;
  StatPlan stats;
};

// Gives every host its addresses; the errors have no place but a path.
HostPlans planHosts(const Scenario& scenario, const config::Bootstrap& bootstrap, const std::string& file,
                    std::vector<Diagnostic>& diagnostics);

// What the host's name server knows, with the faults that speak of it.
DnsZone zoneOf(const HostSpec& host, const std::vector<Fault>& faults);

// What the checks judge by.
ProxyFacts factsOf(const config::Bootstrap& bootstrap, const Scenario& scenario);
// Of it: what circuit breakers take. `facts.workers` is known.
void noteLimits(const config::Bootstrap& bootstrap, ProxyFacts& facts);

}  // namespace orrery::sim
