#include <algorithm>

#include "sim/world/world_parts.h"

namespace orrery::sim {

namespace {

constexpr uint32_t kFirstFree = 0x7f000101;  // 127.0.1.1
constexpr uint32_t kLoopback = 0x7f000001;

class Planner {
 public:
  Planner(const Scenario& scenario, const config::Bootstrap& bootstrap, const std::string& file,
          std::vector<Diagnostic>& diagnostics)
      : scenario_(scenario), bootstrap_(bootstrap), file_(file), diagnostics_(diagnostics) {}

  HostPlans run() {
    planProxy();
    for (const HostSpec& h : scenario_.hosts) {
      if (!h.address.empty()) give(h, io::Address::parseIp(h.address, 0)->ipv4HostOrder(), ".address");
    }
    // Endpoints of a cluster with the host's name go before others, whatever the order of hosts.
    for (const bool byName : {true, false}) {
      for (const HostSpec& h : scenario_.hosts) {
        if (h.listens.empty() || addressOf(h) != 0) continue;
        for (const auto& cluster : bootstrap_.clusters) {
          if (!byName || cluster.name == h.name) fromCluster(h, cluster);
        }
      }
    }
    for (const HostSpec& h : scenario_.hosts) {
      if (addressOf(h) == 0) give(h, nextFree(), "");
    }
    return assemble();
  }

 private:
  void refuse(const std::string& path, std::string message) {
    diagnostics_.push_back({false, file_, 0, 0, path, std::move(message)});
  }

  void planProxy() {
    proxy_.name = "proxy";
    proxy_.isProxy = true;
    for (const auto& l : bootstrap_.listeners) {
      for (const io::Address& a : l.addresses) addProxyAddress(a, "listener " + l.name);
    }
    if (bootstrap_.admin.address) addProxyAddress(*bootstrap_.admin.address, "admin");
    if (proxy_.addresses.empty()) proxy_.addresses.push_back(kLoopback);
  }
  void addProxyAddress(const io::Address& a, const std::string& whose) {
    if (a.kind() != io::Address::Kind::kIpv4) {
      refuse("", whose + ": expected an IPv4 address, as the simulated network has no others, found " + a.text());
      return;
    }
    const uint32_t ip = a.isAny() ? kLoopback : a.ipv4HostOrder();
    if (std::find(proxy_.addresses.begin(), proxy_.addresses.end(), ip) == proxy_.addresses.end())
      proxy_.addresses.push_back(ip);
  }

  uint32_t addressOf(const HostSpec& h) const {
    for (const HostPlan& p : plans_) {
      if (p.host == &h) return p.addresses[0];
    }
    return 0;
  }
  bool taken(uint32_t ip) const {
    if (std::find(proxy_.addresses.begin(), proxy_.addresses.end(), ip) != proxy_.addresses.end()) return true;
    return std::any_of(plans_.begin(), plans_.end(), [&](const HostPlan& p) { return p.addresses[0] == ip; });
  }
  uint32_t nextFree() const {
    uint32_t ip = kFirstFree;
    while (taken(ip)) ++ip;
    return ip;
  }

  void give(const HostSpec& h, uint32_t ip, const std::string& field) {
    if (taken(ip)) {
      refuse("hosts." + h.name + field,
             "expected an address of its own, found " + io::Address::ipv4(ip, 0).ipText() + ", which another host has");
      return;
    }
    HostPlan plan;
    plan.name = h.name;
    plan.addresses = {ip};
    plan.host = &h;
    for (const Story& s : scenario_.stories) {
      if (s.host == h.name) plan.story = &s;
    }
    plans_.push_back(std::move(plan));
  }

  void fromCluster(const HostSpec& h, const upstream::ClusterOptions& cluster) {
    for (const auto& e : cluster.endpoints) {
      if (addressOf(h) != 0) return;
      const bool fits = e.address.kind() == io::Address::Kind::kIpv4 &&
                        std::find(h.listens.begin(), h.listens.end(), e.address.port()) != h.listens.end();
      if (fits && !taken(e.address.ipv4HostOrder())) give(h, e.address.ipv4HostOrder(), "");
    }
  }

  HostPlans assemble() {
    HostPlans out;
    const auto add = [&](bool origins) {
      for (const HostSpec& h : scenario_.hosts) {
        for (const HostPlan& p : plans_) {
          if (p.host == &h && p.listens() == origins) out.hosts.push_back(p);
        }
      }
    };
    add(false);
    out.hosts.push_back(proxy_);
    add(true);
    for (const auto& l : bootstrap_.listeners) {
      const std::string authority = authorityOf(l);
      for (const io::Address& a : l.addresses) {
        if (a.kind() != io::Address::Kind::kIpv4) continue;
        const Endpoint at{a.isAny() ? kLoopback : a.ipv4HostOrder(), a.port()};
        out.listeners.emplace_back(at, authority.empty() ? at.text() : authority);
      }
    }
    return out;
  }

  // The first domain that is no pattern.
  static std::string authorityOf(const net::ListenerOptions& listener) {
    for (const auto& filter : listener.chain.filters) {
      if (filter.typeName != "envoy.filters.network.http_connection_manager") continue;
      const auto& hcm = *static_cast<const http::HcmOptions*>(filter.options.get());
      if (hcm.routes == nullptr) continue;
      for (const auto& v : hcm.routes->virtualHosts) {
        for (const std::string& d : v.domains) {
          if (d.find('*') == std::string::npos) return d;
        }
      }
    }
    return "";
  }

  const Scenario& scenario_;
  const config::Bootstrap& bootstrap_;
  const std::string& file_;
  std::vector<Diagnostic>& diagnostics_;
  HostPlan proxy_;
  std::vector<HostPlan> plans_;
};

}  // namespace

HostPlans planHosts(const Scenario& scenario, const config::Bootstrap& bootstrap, const std::string& file,
                    std::vector<Diagnostic>& diagnostics) {
  return Planner(scenario, bootstrap, file, diagnostics).run();
}

const HostPlan* HostPlans::named(std::string_view name) const {
  for (const HostPlan& p : hosts) {
    if (p.name == name) return &p;
  }
  return nullptr;
}

std::optional<HostBook::Target> HostPlans::find(std::string_view host, uint16_t port) const {
  const HostPlan* plan = named(host);
  if (plan == nullptr) return std::nullopt;
  if (plan->isProxy) {
    for (const auto& [at, authority] : listeners) {
      if (port == 0 || at.port == port) return Target{io::Address::ipv4(at.ip, at.port), authority};
    }
  }
  const io::Address address = io::Address::ipv4(plan->addresses[0], port);
  return Target{address, address.text()};
}

}  // namespace orrery::sim
