#include <algorithm>

#include "sim/io/convert.h"
#include "sim/world/world_parts.h"

namespace orrery::sim {

namespace {

constexpr uint32_t kFirstFree = 0x7f000101;                                  // 127.0.1.1
constexpr IpAddress kFirstFreeIpv6 = IpAddress::fromWord(0xfd00'0001'0001);  // fd00::1:1
constexpr uint32_t kLoopback = 0x7f000001;
constexpr std::string_view kIpv6Wanted =
    "expected an IPv6 address of the simulated network, such as ::1, ::1:2, fd00::1 or 2001:db8::1, found ";

IpAddress loopbackOf(IpAddress any) { return any.isIpv6() ? IpAddress::loopbackIpv6() : IpAddress(kLoopback); }

class Planner {
 public:
  Planner(const Scenario& scenario, const config::Bootstrap& bootstrap, const std::string& file,
          std::vector<Diagnostic>& diagnostics)
      : scenario_(scenario), bootstrap_(bootstrap), file_(file), diagnostics_(diagnostics) {}

  HostPlans run() {
    planProxy();
    for (const HostSpec& h : scenario_.hosts) {
      if (!h.address.empty()) giveWritten(h);
    }
    // Endpoints of a cluster with the host's name go before others, whatever the order of hosts.
    for (const bool byName : {true, false}) {
      for (const HostSpec& h : scenario_.hosts) {
        if (h.listens.empty() || addressOf(h)) continue;
        for (const auto& cluster : bootstrap_.clusters) {
          if (!byName || cluster.name == h.name) fromCluster(h, cluster);
        }
      }
    }
    for (const HostSpec& h : scenario_.hosts) {
      if (!addressOf(h)) give(h, nextFree(behindIpv6(h)), "");
    }
    if (ipv6_) giveOtherFamilies();
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
    const auto at = endpointOf(a);
    if (!at) {
      refuse("", whose + ": " + (a.isIp() ? std::string(kIpv6Wanted) : "expected an IP address, found ") + a.text());
      return;
    }
    const IpAddress ip = at->ip().isAny() ? loopbackOf(at->ip()) : at->ip();
    ipv6_ = ipv6_ || ip.isIpv6();
    if (std::find(proxy_.addresses.begin(), proxy_.addresses.end(), ip) == proxy_.addresses.end())
      proxy_.addresses.push_back(ip);
  }

  std::optional<IpAddress> addressOf(const HostSpec& h) const {
    for (const HostPlan& p : plans_) {
      if (p.host == &h) return p.addresses[0];
    }
    return std::nullopt;
  }
  bool taken(IpAddress ip) const {
    const auto has = [ip](const HostPlan& p) {
      return std::find(p.addresses.begin(), p.addresses.end(), ip) != p.addresses.end();
    };
    return has(proxy_) || std::any_of(plans_.begin(), plans_.end(), has);
  }
  IpAddress nextFree(bool ipv6) const {
    IpAddress ip = ipv6 ? kFirstFreeIpv6 : IpAddress(kFirstFree);
    while (taken(ip)) ip = IpAddress::fromWord(ip.word() + 1);
    return ip;
  }
  // Whether it serves for a balancer that has an IPv6 address: what it listens on must be of that family.
  bool behindIpv6(const HostSpec& h) const {
    return std::any_of(scenario_.hosts.begin(), scenario_.hosts.end(), [&](const HostSpec& box) {
      const auto at = addressOf(box);
      return at && at->isIpv6() && std::find(box.balances.begin(), box.balances.end(), h.name) != box.balances.end();
    });
  }
  // Where one speaks IPv6, everybody can be reached over it, and reach IPv4, as with Linux' loopback.
  void giveOtherFamilies() {
    const auto complete = [this](HostPlan& plan, IpAddress first) {
      const bool ipv6 = !plan.addresses[0].isIpv6();
      const auto other = [ipv6](IpAddress ip) { return ip.isIpv6() == ipv6; };
      if (std::any_of(plan.addresses.begin(), plan.addresses.end(), other)) return;
      plan.addresses.push_back(taken(first) ? nextFree(ipv6) : first);
    };
    complete(proxy_, proxy_.addresses[0].isIpv6() ? IpAddress(kLoopback) : IpAddress::loopbackIpv6());
    for (HostPlan& p : plans_) complete(p, nextFree(!p.addresses[0].isIpv6()));
  }

  void giveWritten(const HostSpec& h) {
    const auto address = io::Address::parseIp(h.address, 0);
    const auto at = address ? endpointOf(*address) : std::nullopt;
    if (!at || at->ip().isAny()) {
      refuse("hosts." + h.name + ".address", std::string(kIpv6Wanted) + h.address);
      return;
    }
    give(h, at->ip(), ".address");
  }

  void give(const HostSpec& h, IpAddress ip, const std::string& field) {
    if (taken(ip)) {
      refuse("hosts." + h.name + field,
             "expected an address of its own, found " + ip.text() + ", which another host has");
      return;
    }
    ipv6_ = ipv6_ || ip.isIpv6();
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
      if (addressOf(h)) return;
      if (std::find(h.listens.begin(), h.listens.end(), e.address.port()) == h.listens.end()) continue;
      const auto at = endpointOf(e.address);
      if (!at && e.address.kind() == io::Address::Kind::kIpv6) {
        refuse("", "cluster " + cluster.name + ": " + std::string(kIpv6Wanted) + e.address.ipText());
      } else if (at && !taken(at->ip())) {
        give(h, at->ip(), "");
      }
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
        const auto bound = endpointOf(a);
        if (!bound) continue;
        const Endpoint at{bound->ip().isAny() ? loopbackOf(bound->ip()) : bound->ip(), bound->port()};
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
  bool ipv6_ = false;  // somebody has an IPv6 address
};

}  // namespace

HostPlans planHosts(const Scenario& scenario, const config::Bootstrap& bootstrap, const std::string& file,
                    std::vector<Diagnostic>& diagnostics) {
  return Planner(scenario, bootstrap, file, diagnostics).run();
}

DnsZone zoneOf(const HostSpec& host, const std::vector<Fault>& faults) {
  DnsZone zone;
  zone.records = host.names;
  for (const Fault& f : faults) {
    if (f.kind != Fault::Kind::kDns || f.host != host.name) continue;
    zone.failures.push_back({f.dns, f.name, f.duration, f.begin, f.end, f.first});
  }
  return zone;
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
      if (port == 0 || at.port() == port) return Target{addressOf(at), authority};
    }
  }
  const io::Address address = addressOf(Endpoint(plan->addresses[0], port));
  return Target{address, address.text()};
}

}  // namespace orrery::sim
