#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/actors/conditions.h"
#include "sim/actors/origin.h"
#include "sim/core/run.h"
#include "sim/io/files.h"
#include "sim/net/fault_scope.h"
#include "sim/net/net.h"
#include "sim/scenario/fault.h"

namespace orrery::sim {

// The faults of a scenario in one world: rules on links and hosts, and what happens at instants.
//
// Lifetime: scenario, run and net outlive it; machines outlive the run. Threading: the run's OS thread.
class Faults {
 public:
  struct Machine {
    Host* host = nullptr;
    SimFiles* files = nullptr;
    Origin* origin = nullptr;                        // null: no origin
    std::function<void(Fault::Signal)> signal = {};  // its program is sent one; null: it has none
  };

  // Strikes by conditions are in force while these hold; `conditions` outlives the run.
  Faults(const std::vector<Fault>& faults, Run& run, Net& net, Conditions& conditions);
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  // All machines, then build(), once.
  void add(const Machine& machine) { machines_.push_back(machine); }
  void build();

  // The stories are over: what stands still goes on.
  void resumeAll();

 private:
  void buildLink(const Fault& fault, size_t index, Host& from, Host& to);
  void buildPartition(const Fault& fault, size_t index);
  void buildHost(const Fault& fault, size_t index);
  void buildPause(const Fault& fault, size_t index);
  void onCondition(std::string_view name, bool on);
  void pause(size_t index);
  void resume(size_t index);
  // At the fault's begin, if it strikes.
  void at(const Fault& fault, size_t index, std::function<void(Machine&)> does);
  void crash(const Fault& fault, Machine& machine);
  void tell(const Machine& machine, std::string_view what);

  FaultScope scopeOf(const Fault& fault);
  static SegmentMatch matchOf(const Fault& fault);
  Strikes strikesOf(const Fault& fault, size_t index, const Host& at);
  // For what happens at an instant, asked then.
  bool strikesNow(const Fault& fault, size_t index);
  Machine& machine(std::string_view host);

  const std::vector<Fault>& faults_;
  Run& run_;
  Net& net_;
  Conditions& conditions_;
  std::vector<Machine> machines_;
};

}  // namespace orrery::sim
