#include "sim/world/closed_ports.h"

#include <algorithm>
#include <variant>

namespace orrery::sim {

namespace {

constexpr uint16_t kDnsPort = 53;

// In the order of the files.
std::vector<uint16_t> portsOf(const HostPlan& plan, const config::Bootstrap& bootstrap) {
  std::vector<uint16_t> ports;
  const auto add = [&](const io::Address& address) {
    if (address.isIp()) ports.push_back(address.port());
  };
  if (plan.isProxy) {
    for (const net::ListenerOptions& l : bootstrap.listeners) std::ranges::for_each(l.addresses, add);
    if (bootstrap.admin.address) add(*bootstrap.admin.address);
  } else if (plan.host != nullptr) {
    ports = plan.host->listens;
    if (!plan.host->names.empty()) ports.push_back(kDnsPort);
  }
  return ports;
}

struct Target {
  const std::string* host = nullptr;
  uint16_t port = 0;
};
Target targetOf(const StepKind& step) {
  if (const auto* c = std::get_if<ConnectStep>(&step)) return {&c->host, c->port};
  if (const auto* l = std::get_if<LoadStep>(&step); l != nullptr && !l->host.empty()) return {&l->host, l->port};
  return {};
}

std::string listed(const std::vector<uint16_t>& ports) {
  std::string out;
  for (const uint16_t port : ports) out += (out.empty() ? "" : ", ") + std::to_string(port);
  return out;
}

}  // namespace

void warnOfClosedPorts(const Scenario& scenario, const HostPlans& plans, const config::Bootstrap& bootstrap,
                       const std::string& file, std::vector<Diagnostic>& diagnostics) {
  for (const Story& story : scenario.stories) {
    for (size_t i = 0; i < story.steps.size(); ++i) {
      const Target target = targetOf(story.steps[i].kind);
      const HostPlan* plan = target.host == nullptr ? nullptr : plans.named(*target.host);
      if (plan == nullptr) continue;
      const std::vector<uint16_t> ports = portsOf(*plan, bootstrap);
      if (std::ranges::find(ports, target.port) != ports.end()) continue;
      const std::string expected = ports.empty() ? "expected a host that listens, found '" + *target.host + "'"
                                                 : "expected a port that '" + *target.host + "' listens on (" +
                                                       listed(ports) + "), found " + std::to_string(target.port);
      diagnostics.push_back({true, file, story.steps[i].line, 0, "story." + story.host + "[" + std::to_string(i) + "]",
                             expected + ": connecting to it is refused"});
    }
  }
}

}  // namespace orrery::sim
