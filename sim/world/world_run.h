#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/server/server.h"
#include "sim/actors/client.h"
#include "sim/actors/dns_server.h"
#include "sim/actors/origin.h"
#include "sim/checks/checks.h"
#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/net/net.h"
#include "sim/world/bounds.h"
#include "sim/world/content_tap.h"
#include "sim/world/faults.h"
#include "sim/world/nobody.h"
#include "sim/world/proxy_events.h"
#include "sim/world/stream_ends.h"
#include "sim/world/world_parts.h"
#include "sim/world/world_pools.h"

namespace orrery::sim {

// One world, from nothing to its result. Phases: build, start the proxy, stories, settle, judge at rest, shut down, judge again.
//
// Lifetime: scenario and pools outlive it; run() once. After a livelock its threads hold on to it: then finished() is false
// and it must be leaked. Threading: one OS thread.
class WorldRun {
 public:
  // For tests that plant a bug which the checks must find: called when the proxy serves, and when its workers have ended
  // and were judged (what was planted on a worker must go then).
  struct Sabotage {
    std::function<void(server::Server&)> serving;
    std::function<void()> ended;
  };
  WorldRun(const CompiledScenario& scenario, const RunRequest& request, WorldPools::Parts& pools,
           Sabotage sabotage = {});
  ~WorldRun();
  WorldRun(const WorldRun&) = delete;
  WorldRun& operator=(const WorldRun&) = delete;

  RunResult run();
  bool finished() const { return finished_; }

 private:
  struct Machine {
    const HostPlan* plan = nullptr;
    std::unique_ptr<SimEnvironment> environment;
    std::unique_ptr<ActorEnv> actorEnv;
    std::unique_ptr<Client> client;
    std::unique_ptr<Origin> origin;
    std::unique_ptr<DnsServer> names;
    Actor* actor() const { return client ? static_cast<Actor*>(client.get()) : origin.get(); }
  };

  void build();
  void buildLinks();
  void buildBoxes();
  void buildMachine(const HostPlan& plan);
  void signalProxy(Fault::Signal signal);
  bool startProxy();
  void watchProxy();
  bool openOrigins();
  void startActors();
  // False: the run has failed, or a check was broken.
  bool playStories();
  bool clientsDone() const;
  bool originsHavePlans() const;
  void shutDown();
  void judgeExpectations();
  void judgeLogFiles();
  std::string logText();
  // Nothing was found broken and the run goes on.
  bool sound() const { return !run_.failure() && !checks_.findings().anyBroken(); }
  void noteLiveness();
  void judgeRest();
  void tellStep(std::string_view host, std::string_view text);
  RunResult result();
  std::shared_ptr<Recording> recording();

  const Sabotage sabotage_;
  const CompiledScenario::Parts& parts_;
  const Scenario& scenario_;
  RunRequest request_;
  WorldPools::Parts& pools_;
  std::shared_ptr<Recording> recording_;
  Run run_;
  Net net_;
  std::optional<Capture> capture_;
  std::optional<ContentTap> contentTap_;
  Checks checks_;
  Nobody nobody_;
  ProxyEvents events_;
  Conditions conditions_;
  Faults faults_;
  std::vector<Machine> machines_;
  Machine* proxyMachine_ = nullptr;
  std::optional<server::Server> server_;
  std::optional<Status> started_;
  std::optional<StreamEnds> streamEnds_;
  std::optional<Bounds> bounds_;
  StatSums statsAtRest_;    // or when the proxy ended, if that was before
  Findings afterShutdown_;  // counts only if the run was sound until then
  std::vector<bool> shown_;
  std::string error_;
  bool finished_ = true;
  TimePoint storyEndedAt_;
  TimePoint restedAt_;
};

}  // namespace orrery::sim
