#include "cli/live/live_run.h"

#include <algorithm>
#include <deque>

#include "cli/live/live_faults.h"
#include "cli/live/live_values.h"
#include "cli/live/own_network.h"
#include "cli/live/template_launch.h"
#include "cli/live/text_file.h"
#include "proxy/io_asio/environment.h"
#include "sim/io/convert.h"
#include "sim/world/world_parts.h"

namespace orrery::live {

namespace {

using sim::RunOutcome;

// How far an instant may be from where the story puts it: loops of two processes, and a machine that has other work.
constexpr Duration kTolerance = Duration::milliseconds(250);
// Beyond the story's own time, before it counts as stuck.
constexpr Duration kGrace = Duration::seconds(10);
// What is still under way when the last client is done: lines of the log, closes.
constexpr Duration kSettles = Duration::milliseconds(150);

class LiveRun {
 public:
  LiveRun(const sim::CompiledScenario& scenario, const std::string& program, Duration takes)
      : parts_(scenario.parts()),
        scenario_(scenario.scenario()),
        takes_(takes),
        proxy_(program),
        environment_(io_asio::newRealEnvironment()),
        checks_({ledger_,
                 parts_.facts,
                 parts_.proxyAddresses,
                 [this] { return now(); },
                 {},
                 {},
                 true,
                 scenario_.always,
                 false}),
        faults_(scenario_, parts_, proxy_, conditions_) {}
  ~LiveRun() { machines_.clear(); }
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  sim::RunResult run(const Prepare& prepare) {
    sim::RunResult result;
    if (const Status started = proxy_.start(prepare); !started) return failed(result, started);
    said_.speaksEnvoy = proxy_.speaksEnvoy();
    step(Duration());  // the loop's time is that of its last iteration
    if (const Status opened = build(); !opened) return failed(result, opened);
    step(Duration());
    begun_ = now();
    faults_.begin(begun_);
    play();
    result.virtualTime = now() - begun_;
    faults_.heal();
    if (!faults_.failure().empty()) return failed(result, makeError(faults_.failure()));
    said_.stats = proxy_.stats();
    for (Machine& m : machines_) {
      if (m.actor() != nullptr) m.actor()->stop();
    }
    step(Duration());
    if (const Status ended = proxy_.end(); !ended)
      checks_.findings().broken("liveness", "proxy", now(), ended.error().message);
    said_.logText = proxy_.logText();
    said_.requests = proxy_.requests();
    checks_.atRest();
    if (!checks_.findings().anyBroken()) judge(result);
    collect(result);
    return result;
  }

 private:
  struct Machine {
    const sim::HostPlan* plan = nullptr;
    std::unique_ptr<io_asio::RealEnvironment> own;  // of one that may stand still while others go on
    bool paused = false;
    std::unique_ptr<sim::DnsServer> names;
    std::unique_ptr<sim::ActorEnv> env;
    std::unique_ptr<sim::Client> client;
    std::unique_ptr<sim::Origin> origin;
    // Null: of a name server alone.
    sim::Actor* actor() const { return client ? static_cast<sim::Actor*>(client.get()) : origin.get(); }
  };

  io::Dispatcher& dispatcher() { return environment_->io().mainDispatcher; }
  TimePoint now() { return dispatcher().now(); }
  // What happens within this time.
  void step(Duration d) {
    const TimePoint until = now() + d;
    do stepOnce(until);
    while (now() < until);
  }
  // One iteration of all loops. One that stands still now and then is looked at each millisecond.
  void stepOnce(TimePoint atMost) {
    const bool others =
        std::any_of(machines_.begin(), machines_.end(), [](const Machine& m) { return m.own != nullptr; });
    environment_->step(others ? std::min(atMost, now() + Duration::milliseconds(1)) : atMost);
    for (Machine& m : machines_) {
      if (m.own != nullptr && !m.paused) m.own->step(TimePoint());
    }
  }

  static sim::RunResult failed(sim::RunResult& result, const Status& why) {
    result.outcome = RunOutcome::kError;
    result.error = why.error().message;
    return result;
  }

  Status build() {
    for (const sim::HostPlan& plan : parts_.plans.hosts) {
      if (plan.isProxy || (plan.story == nullptr && plan.host->names.empty())) continue;
      Machine& m = machines_.emplace_back();
      m.plan = &plan;
      if (LiveFaults::pauses(scenario_, plan.name)) m.own = io_asio::newRealEnvironment();
      io::Environment& io = (m.own != nullptr ? *m.own : *environment_).io();
      const io::Address address = sim::addressOf(sim::Endpoint(plan.addresses[0], 0));
      if (!plan.host->names.empty()) {
        m.names = std::make_unique<sim::DnsServer>(io.mainDispatcher, io.network, zoneOf(*plan.host, scenario_.faults));
        const io::Address port = sim::addressOf(sim::Endpoint(plan.addresses[0], 53));
        if (const Status opened = m.names->open(port); !opened) return opened;
      }
      if (plan.story == nullptr) continue;
      m.env = std::make_unique<sim::ActorEnv>(sim::ActorEnv{plan.name, io.mainDispatcher, io.network, stacks_, ledger_,
                                                            checks_, parts_.plans, address, true});
      m.env->conditions = &conditions_;
      m.env->random = &io.random;
      m.env->files = &io.files;
      if (plan.listens()) {
        m.origin = std::make_unique<sim::Origin>(*m.env, *plan.host, *plan.story, [] {});
        if (const Status opened = m.origin->open(); !opened) return opened;
      } else {
        m.client = std::make_unique<sim::Client>(*m.env, *plan.story, [] {});
      }
      faults_.add(plan.name, {[&m] {
                                m.origin->breakConnections();
                                m.origin->crashed();
                              },
                              [&m] { m.origin->restarted(); }, [&m](bool on) { m.paused = on; }});
    }
    return {};
  }

  bool clientsDone() const {
    return std::all_of(machines_.begin(), machines_.end(),
                       [](const Machine& m) { return m.client == nullptr || m.client->done(); });
  }
  bool originsHavePlans() const {
    return std::any_of(machines_.begin(), machines_.end(),
                       [](const Machine& m) { return m.origin != nullptr && m.origin->hasPlans(); });
  }
  bool sound() const { return !checks_.findings().anyBroken(); }

  void play() {
    for (Machine& m : machines_) {
      if (m.actor() != nullptr) m.env->dispatcher.post([&m] { m.actor()->start(); });
    }
    const TimePoint limit = begun_ + takes_ + kGrace;
    TimePoint nextLook = checks_.look();
    const auto serves = [this] { return proxy_.running() || proxy_.askedToEnd(); };
    while (sound() && serves() && now() < limit && (!clientsDone() || originsHavePlans())) {
      stepOnce(std::min({nextLook, limit, faults_.look(now()), now() + Duration::milliseconds(100)}));
      if (now() >= nextLook) nextLook = checks_.look();
    }
    if (sound() && clientsDone()) step(kSettles);
    if (!sound() || clientsDone() || !serves()) return;
    for (const Machine& m : machines_) {
      if (m.client == nullptr || m.client->done()) continue;
      checks_.findings().broken("liveness", m.plan->name, now(),
                                m.plan->name + " still waits in `" + m.client->doing() + "`");
    }
  }

  void judge(sim::RunResult& result) {
    const sim::StatSums none;
    sim::RunValues::Sources sources{parts_, checks_, {}, {}, {}, none, {}, begun_};
    for (const Machine& m : machines_) {
      if (m.names) sources.nameServers.emplace_back(m.plan->name, m.names.get());
      if (m.client) sources.clients.emplace_back(m.plan->name, m.client.get());
      if (m.origin) sources.origins.emplace_back(m.plan->name, m.origin.get());
    }
    const LiveValues values(std::move(sources), said_);
    const auto judgeAll = [&](const std::vector<sim::Expectation>& claims, std::string_view check) {
      judgeClaims(claims, check, values, kTolerance, now(), checks_.findings());
    };
    judgeAll(scenario_.always, "always");
    if (scenario_.links.empty()) {
      judgeAll(scenario_.plain, "default");
    } else {
      checks_.findings().unjudged("default", "the loopback interface has no latency of the story's");
    }
    for (const sim::Expectation& e : scenario_.sometimes) {
      const sim::Evaluation one = evaluate(e, values, kTolerance);
      result.shown.push_back(one.judged && one.holds);
    }
  }

  void collect(sim::RunResult& result) {
    for (const auto& b : checks_.findings().allBroken()) {
      result.failures.push_back({b.check, b.entity, TimePoint() + (b.at - begun_), b.message});
    }
    for (const auto& u : checks_.findings().allUnjudged()) result.notJudged.push_back({u.check, u.reason});
    for (size_t i = 0; i < result.shown.size(); ++i) {
      if (!result.shown[i])
        result.notJudged.push_back({"sometimes", "`" + scenario_.sometimes[i].text + "` was not shown"});
    }
    for (const std::string& fault : LiveFaults::notDone(scenario_)) {
      result.notJudged.push_back({"fault", "`" + fault + "`: it strikes by choice, in searches only"});
    }
    for (const char* check : {"cause", "conservation", "access-log"}) {
      result.notJudged.push_back({check, "needs what only the simulated world sees"});
    }
    result.outcome = result.failures.empty() ? RunOutcome::kPass : RunOutcome::kFail;
    result.shown.resize(scenario_.sometimes.size());
  }

  const sim::CompiledScenario::Parts& parts_;
  const sim::Scenario& scenario_;
  const Duration takes_;
  LiveProxy proxy_;
  LiveValues::Proxy said_;
  std::unique_ptr<io_asio::RealEnvironment> environment_;
  sim::StackPool stacks_;
  sim::Ledger ledger_;
  sim::Checks checks_;
  sim::Conditions conditions_;
  LiveFaults faults_;
  std::deque<Machine> machines_;
  TimePoint begun_;
};

sim::RunResult skipped(std::string why) {
  sim::RunResult result;
  result.outcome = RunOutcome::kSkip;
  result.error = std::move(why);
  return result;
}

bool isDefault(const sim::PortRange& ports) {
  return ports.first == sim::PortRange{}.first && ports.last == sim::PortRange{}.last;
}

// Why a story cannot be told on real sockets at all; empty: it can.
std::string whyNotLive(const sim::CompiledScenario& compiled, bool ownNetwork) {
  const sim::Scenario& scenario = compiled.scenario();
  if (!scenario.onlySimulated.empty()) return scenario.onlySimulated;
  if (std::string why = LiveFaults::whyNot(scenario, ownNetwork); !why.empty()) return why;
  for (const sim::LinkSpec& l : scenario.links) {
    if (l.losesOrQueues() || l.mtu != sim::LinkSpec{}.mtu)
      return l.from + "-" + l.to + ": the loopback interface is as it is";
  }
  if (scenario.proxy.cpu.any() || !isDefault(scenario.proxy.ephemeralPorts)) return "a proxy with a machine of its own";
  for (const sim::HostSpec& h : scenario.hosts) {
    if (h.isBox()) return h.name + ": a box on the way";
    if (!h.names.empty() && !ownNetwork) return h.name + ": a name server, on a port that may be the machine's own";
    if (h.cpu.any() || !isDefault(h.ephemeralPorts)) return h.name + ": a machine of its own";
    const std::vector<sim::IpAddress>& addresses = compiled.parts().plans.named(h.name)->addresses;
    if (std::ranges::any_of(addresses, &sim::IpAddress::isIpv6))
      return h.name + ": an IPv6 address that loopback does not have";
  }
  return "";
}

}  // namespace

sim::RunResult runLive(const sim::CompiledScenario& scenario, const LiveOptions& options, const sim::RunResult& plain) {
  if (std::string why = whyNotLive(scenario, options.ownNetworks); !why.empty()) return skipped(std::move(why));
  if (plain.storyTime > options.patience) {
    return skipped("it takes " + std::to_string(plain.storyTime.inMilliseconds() / 1000) +
                   " s, longer than --patience");
  }
  const ProxyProgram& program = options.program;
  Prepare prepare = envoyLaunch(program, scenario.bootstrapText(), scenario.scenario().proxy);
  if (program.dialect != Dialect::kEnvoy) {
    auto from = findTemplate(scenario, program.dialect, readText);
    if (!from) return skipped(std::move(from.error()));
    auto launch = templateLaunch(program, scenario, std::move(*from));
    if (!launch) return skipped(std::move(launch.error()));
    prepare = std::move(*launch);
  }
  if (options.ownNetworks && !enterOwnNetwork()) return skipped("the system gives no network of its own");
  return LiveRun(scenario, program.name, plain.virtualTime).run(prepare);
}

}  // namespace orrery::live
