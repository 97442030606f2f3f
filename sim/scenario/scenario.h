#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "sim/scenario/config_node.h"
#include "sim/scenario/dns.h"
#include "sim/scenario/expectation.h"
#include "sim/scenario/fault.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// Which ports the kernel gives to those who ask for none (net.ipv4.ip_local_port_range).
struct PortRange {
  uint16_t first = 32'768;
  uint16_t last = 60'999;
};

// What work costs a host's processor: a callback or system call, a KiB that it moves, up to so much more an iteration.
struct CpuSpec {
  Duration callback;
  Duration kibibyte;
  Duration jitter;
  bool any() const { return !callback.isZero() || !kibibyte.isZero() || !jitter.isZero(); }
};

// What a box that tracks connections does with a segment of none that it knows.
enum class UnknownConnection : uint8_t { kDrop, kReset };

// A machine of the simulated network. "proxy" is always there.
struct HostSpec {
  std::string name;
  std::string address;  // "127.0.0.3"; empty: given by the bootstrap, or the next free one
  std::vector<uint16_t> listens;
  uint32_t backlog = 128;
  CpuSpec cpu;
  PortRange ephemeralPorts;

  // A box on the way instead: a NAT before one host, or a balancer of connections over several.
  std::string translates;
  std::vector<std::string> balances;
  Duration forgetsAfter;  // connections that are not used; zero: never
  UnknownConnection unknown = UnknownConnection::kDrop;
  // A name server on port 53 instead, likewise without a story; its failures are faults.
  std::vector<DnsRecord> names;
  bool isBox() const { return !translates.empty() || !balances.empty(); }
};

// The way between two hosts, both directions unless oneWay. Hosts without one have its defaults.
struct LinkSpec {
  std::string from;
  std::string to;
  bool oneWay = false;
  Duration latency = Duration::microseconds(10);  // one way, at least 1 ns
  Duration jitter;                                // up to this much more, drawn for each segment
  uint64_t bandwidth = 0;                         // bytes a second; 0: no bound
  uint64_t queue = 0;                             // bytes that may wait for it; 0: no bound
  uint32_t mtu = 65536;
  // Drawn for each segment, in millionths.
  uint32_t loss = 0;
  uint32_t duplication = 0;
  uint32_t reordering = 0;
  uint32_t corruption = 0;
  // A firewall that tracks connections and forgets those that are not used; zero: none.
  Duration forgetsAfter;
  UnknownConnection unknown = UnknownConnection::kDrop;

  // Retransmissions and queues: how late something may come cannot be told from the latency.
  bool losesOrQueues() const {
    return bandwidth != 0 || loss != 0 || duplication != 0 || reordering != 0 || corruption != 0 ||
           !forgetsAfter.isZero();
  }
};

// What one host does, in order, on a fiber of its own.
struct Story {
  std::string host;
  std::vector<Step> steps;
};

// One field of the bootstrap, as this scenario has it.
struct Override {
  std::string path;  // "static_resources.clusters[0].connect_timeout", "...route.timeout" (sim/world/field_path.h)
  ConfigNode value;  // null: the field is taken out
  int line = 0;      // in the scenario's file
  int column = 0;
};
inline constexpr size_t kMostOverrides = 64;

struct ProxySetup {
  std::string bootstrap;  // path of an Envoy file, relative to the scenario's folder or a folder above it
  std::optional<ConfigNode> writtenBootstrap;  // or the bootstrap itself
  std::vector<Override> overrides;             // in order
  uint32_t workers = 1;
  CpuSpec cpu;
  PortRange ephemeralPorts;
  std::vector<std::pair<std::string, std::string>> environment;  // of its process: name and value, no name twice
  int line = 0;                                                  // of the bootstrap's path, in the scenario's file
};

// Where a run that does not come to rest is ended, as a failure.
struct Limits {
  Duration virtualTime = Duration::seconds(86'400);
  uint64_t events = 50'000'000;
};

// One story about behaviour: a claim, a proxy with its real configuration, who talks to it, what must come out. A plain
// value; made by sim/script from YAML, or in code.
struct Scenario {
  std::string claim;
  std::string source;
  ProxySetup proxy;
  std::vector<HostSpec> hosts;
  std::vector<LinkSpec> links;
  std::vector<Story> stories;
  std::vector<Fault> faults;
  std::vector<Expectation> always;     // judged in every run
  std::vector<Expectation> sometimes;  // some run must show it: judged over a search, and by the committed witness
  std::vector<Expectation> plain;      // `default`: judged in the run without deviations
  Limits limits;
  std::string onlySimulated;  // why it cannot be told to a real proxy; empty: it can
};

}  // namespace orrery::sim
