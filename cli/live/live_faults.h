#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/live/live_proxy.h"
#include "cli/live/packet_filter.h"
#include "proxy/base/time.h"
#include "sim/scenario/scenario.h"
#include "sim/world/world_parts.h"

namespace orrery::live {

// The faults of a story, done to a real process and in a real network: signals, pauses, limits of descriptors, crashes of origins (their sockets go while
// nothing leaves the host), and segments that vanish. The network is the run's own. Faults that strike by choice do so in searches
// only, never in a plain run, and so never here.
//
// Lifetime: what is given outlives it. Threading: the thread of the run; what begins or ends a rule of the network blocks for some
// milliseconds. Errors: begin(), and later ones in failure().
class LiveFaults {
 public:
  // What a host of the story can do about its own faults.
  struct Machine {
    std::function<void()> crash;
    std::function<void()> restart;
    std::function<void(bool)> pause;
  };

  // Why a story with these faults cannot be told on real sockets; empty: it can. The proxy, which a packet filter cannot tell from
  // this program's own questions to it, and name servers are among the hosts.
  static std::string whyNot(const sim::Scenario& scenario, bool ownNetwork);
  // The texts of the faults that strike by choice, and so are never done here: what the story says under them is not judged.
  static std::vector<std::string> notDone(const sim::Scenario& scenario);
  // Whether this program has to let the host's loop stand still.
  static bool pauses(const sim::Scenario& scenario, std::string_view host);

  // `conditions` outlives it.
  LiveFaults(const sim::Scenario& scenario, const sim::CompiledScenario::Parts& parts, LiveProxy& proxy,
             sim::Conditions& conditions);
  LiveFaults(const LiveFaults&) = delete;
  LiveFaults& operator=(const LiveFaults&) = delete;

  void add(std::string_view host, Machine machine) { machines_[std::string(host)] = std::move(machine); }
  // The story begins: what is in force from its first instant, then all that is due at its instants.
  void begin(TimePoint now);
  // Carries out what is due, and says when to come again.
  TimePoint look(TimePoint now);
  // The story is over: what stands still goes on, what was cut is whole.
  void heal();
  // What the system said to a fault that it did not take; empty: nothing.
  const std::string& failure() const { return failure_; }

 private:
  // A fault that lasts, and whether it is in force.
  struct Lasting {
    bool due = false;        // by its times
    bool condition = false;  // by its condition
    bool inForce = false;
  };
  struct Instant {
    TimePoint at;
    size_t number;  // at one instant in the order in which they were planned
    std::function<void()> does;
  };

  void plan(size_t index);
  void at(Duration when, std::function<void()> does) {
    instants_.push_back({begun_ + when, instants_.size(), std::move(does)});
  }
  void onCondition(std::string_view name, bool on);
  void update(size_t index);
  void enforce(size_t index, bool on);
  void cut(size_t index, const std::vector<Way>& ways);
  void crash(const sim::Fault& fault, size_t index);
  void signal(sim::Fault::Signal signal);
  std::vector<sim::IpAddress> addressesOf(std::string_view host) const;
  std::vector<Way> waysOf(const sim::Fault& fault) const;
  static std::string nameOf(size_t index) { return "orrery_" + std::to_string(index); }

  const sim::Scenario& scenario_;
  const sim::CompiledScenario::Parts& parts_;
  LiveProxy& proxy_;
  std::map<std::string, Machine, std::less<>> machines_;
  std::vector<Lasting> lasting_;  // by the fault's place in the scenario
  std::vector<Instant> instants_;
  size_t next_ = 0;  // of instants_
  TimePoint begun_;
  std::string failure_;
};

}  // namespace orrery::live
