#include "sim/world/world_run.h"

#include <algorithm>
#include <utility>

#include "proxy/server/signals.h"
#include "sim/core/events.h"
#include "sim/core/race_detector.h"
#include "sim/io/convert.h"
#include "sim/net/firewall.h"
#include "sim/net/translator.h"
#include "sim/world/conservation.h"
#include "sim/world/values.h"

namespace orrery::sim {

namespace {

RunOptions optionsOf(const CompiledScenario& compiled, const RunRequest& request, Recording* recording) {
  RunOptions options;
  if (recording != nullptr) recording->events.watch(request.watchedEvent, request.onWatched);
  options.strategy = request.strategy;
  options.recorder = recording == nullptr ? nullptr : &recording->events;
  options.listQuestions = request.listQuestions;
  options.lockOrder = true;
  options.coverage = request.coverage;
  options.order = request.order;
  options.timeLimit = compiled.scenario().limits.virtualTime;
  options.eventLimit = compiled.scenario().limits.events;
  return options;
}

// Long runs have long logs: line by line, not byte by byte.
uint64_t linesOf(std::string_view text) {
  uint64_t n = 0;
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ++n;
  return n;
}

LinkOptions linkOptions(const LinkSpec& spec) {
  LinkOptions options;
  options.latency = std::max(spec.latency, Duration::nanoseconds(1));
  options.mtu = spec.mtu;
  options.jitter = spec.jitter;
  options.bandwidth = spec.bandwidth;
  options.queue = spec.queue;
  options.loss = {spec.loss};
  options.duplication = {spec.duplication};
  options.reordering = {spec.reordering};
  options.corruption = {spec.corruption};
  return options;
}

}  // namespace

WorldRun::WorldRun(const CompiledScenario& scenario, const RunRequest& request, WorldPools::Parts& pools,
                   Sabotage sabotage)
    : sabotage_(std::move(sabotage)),
      parts_(scenario.parts()),
      scenario_(scenario.scenario()),
      request_(request),
      pools_(pools),
      recording_(request.record ? std::make_shared<Recording>() : nullptr),
      run_(pools.core, optionsOf(scenario, request, recording_.get())),
      net_(run_, pools.net, pools.ledger, linkOptions(LinkSpec{})),
      checks_({pools.ledger, parts_.facts, parts_.proxyAddresses, [this] { return run_.now(); },
               [this] { run_.stop(); }, [this](std::string_view host, std::string_view text) { tellStep(host, text); },
               request.record, scenario_.always}),
      nobody_(pools.ledger, [this](std::string_view host, std::string_view text) { tellStep(host, text); }),
      events_(run_, request.judge ? &checks_ : nullptr),
      faults_(scenario_.faults, run_, net_, conditions_) {
  pools.ledger.clear();
  shown_.resize(scenario_.sometimes.size());
  if (request_.capture) capture_.emplace(net_, *request_.capture);
  if (recording_ != nullptr) contentTap_.emplace(net_, *recording_);
}

WorldRun::~WorldRun() {
  machines_.clear();
  server_.reset();
}

RunResult WorldRun::run() {
  build();
  if (startProxy() && openOrigins()) {
    startActors();
    const bool played = playStories();
    restedAt_ = run_.now();
    if (recording_ != nullptr) {
      recording_->sockets = socketTable(net_);
      recording_->socketsAt = restedAt_;
    }
    if (played && proxyMachine_->environment->ended()) {
      checks_.findings().unjudged("conservation", "at rest: the proxy had ended before the story");
    } else if (played && request_.judge) {
      judgeRest();
    }
    if (!run_.failure()) shutDown();
    if (played && sound() && request_.judge) {
      for (const Broken& b : afterShutdown_.allBroken()) checks_.findings().broken(b.check, b.entity, b.at, b.message);
      judgeLogFiles();
      judgeExpectations();
    }
  }
  return result();
}

void WorldRun::judgeRest() {
  checks_.atRest();
  statsAtRest_ = StatSums(*server_, parts_.stats);
  std::optional<uint64_t> finished = checks_.finishedByProxy();
  if (checks_.countersReset()) {
    checks_.findings().unjudged("conservation", "counters that the admin endpoint may have reset");
    finished.reset();
  }
  judgeAtRest(*server_, parts_.stats, statsAtRest_, finished, run_.names(), run_.now(), checks_.findings());
}

void WorldRun::tellStep(std::string_view host, std::string_view text) {
  run_.emit(net_.hostNamed(host)->id(), ActorStep{text});
}

void WorldRun::build() {
  machines_.reserve(parts_.plans.hosts.size());
  for (const HostPlan& plan : parts_.plans.hosts) buildMachine(plan);
  buildLinks();
  buildBoxes();
  if (scenario_.faults.empty()) return;
  for (Machine& m : machines_) {
    Faults::Machine machine{&m.environment->host(), &m.environment->files(), m.origin.get()};
    if (m.plan->isProxy) machine.signal = [this](Fault::Signal s) { signalProxy(s); };
    faults_.add(machine);
  }
  faults_.build();
}

void WorldRun::buildMachine(const HostPlan& plan) {
  auto& host = net_.addHost(plan.name, plan.addresses);
  Machine& m = machines_.emplace_back();
  m.plan = &plan;
  m.environment = std::make_unique<SimEnvironment>(run_, host, "main");
  const CpuSpec& cpu = plan.isProxy ? scenario_.proxy.cpu : plan.host->cpu;
  host.setCpuCost({cpu.callback, cpu.kibibyte, cpu.jitter});
  const PortRange& ports = plan.isProxy ? scenario_.proxy.ephemeralPorts : plan.host->ephemeralPorts;
  host.tcp().ports().setRange(ports.first, ports.last);
  if (plan.isProxy) {
    proxyMachine_ = &m;
    m.environment->process().setVariables(scenario_.proxy.environment);
    return;
  }
  io::Environment& io = m.environment->io();
  if (plan.host != nullptr && !plan.host->names.empty()) {
    m.names = std::make_unique<DnsServer>(io.mainDispatcher, io.network, zoneOf(*plan.host, scenario_.faults));
  }
  if (plan.story == nullptr) return;
  ActorObserver& observer = request_.judge ? static_cast<ActorObserver&>(checks_) : nobody_;
  m.actorEnv =
      std::make_unique<ActorEnv>(ActorEnv{plan.name, io.mainDispatcher, io.network, pools_.core.stacks, pools_.ledger,
                                          observer, parts_.plans, addressOf(Endpoint(plan.addresses[0], 0))});
  m.actorEnv->conditions = &conditions_;
  m.actorEnv->random = &io.random;
  m.actorEnv->files = &io.files;
  const auto done = [this] { run_.stop(); };
  if (plan.listens()) {
    m.origin = std::make_unique<Origin>(*m.actorEnv, *plan.host, *plan.story, done);
  } else {
    m.client = std::make_unique<Client>(*m.actorEnv, *plan.story, done);
  }
}

void WorldRun::buildLinks() {
  for (const LinkSpec& l : scenario_.links) {
    auto& from = *net_.hostNamed(l.from);
    auto& to = *net_.hostNamed(l.to);
    net_.setLink(from, to, linkOptions(l));
    if (!l.oneWay) net_.setLink(to, from, linkOptions(l));
  }
}

void WorldRun::buildBoxes() {
  const auto unknown = [](UnknownConnection u) {
    return u == UnknownConnection::kReset ? Unknown::kReset : Unknown::kDrop;
  };
  for (const LinkSpec& l : scenario_.links) {
    if (l.forgetsAfter.isZero()) continue;
    Firewall::between(net_, *net_.hostNamed(l.from), *net_.hostNamed(l.to), l.forgetsAfter, unknown(l.unknown));
  }
  for (const HostSpec& h : scenario_.hosts) {
    if (!h.isBox()) continue;
    Host& box = *net_.hostNamed(h.name);
    const TranslatorOptions options{h.forgetsAfter, unknown(h.unknown)};
    if (!h.translates.empty()) {
      Host& inside = *net_.hostNamed(h.translates);
      inside.setGateway(&box);
      box.setForwarder(std::make_unique<Nat>(net_, box, inside, options));
    } else {
      std::vector<Host*> backends;
      for (const std::string& name : h.balances) {
        backends.push_back(net_.hostNamed(name));
        backends.back()->setGateway(&box);
      }
      box.setForwarder(std::make_unique<Balancer>(net_, box, std::move(backends), options));
    }
  }
}

// As one that the kernel delivers: inside an iteration of the main loop.
void WorldRun::signalProxy(Fault::Signal signal) {
  static_assert(static_cast<int>(Fault::Signal::kUser1) == static_cast<int>(server::Signal::kUser1));
  SimEnvironment& proxy = *proxyMachine_->environment;
  if (proxy.ended()) return;
  proxy.dispatcher().post([this, signal, &proxy] {
    // What ends now ends because the proxy does.
    if (signal == Fault::Signal::kTerminate || signal == Fault::Signal::kInterrupt) checks_.beginTakeDown();
    server::onSignal(static_cast<server::Signal>(signal), *server_, proxy.dispatcher(), events_);
  });
}

bool WorldRun::startProxy() {
  proxyMachine_->environment->start([this] {
    server::ServerOptions options;
    options.onWorkersEnded = [this] {
      if (!request_.judge) return;
      if (!statsAtRest_.taken()) statsAtRest_ = StatSums(*server_, parts_.stats);  // a signal ended it
      judgeAfterShutdown(*server_, parts_.stats, pools_.ledger, parts_.proxyAddresses, run_.names(), run_.now(),
                         afterShutdown_);
      if (sabotage_.ended) sabotage_.ended();
    };
    io::Environment& io = proxyMachine_->environment->io();
    server_.emplace(io, parts_.bootstrap, std::move(options), events_);
    started_ = server_->start();
    if (!*started_) return;
    io.mainDispatcher.run();
    server_->shutdown();
  });
  run_.runUntilQuiet();
  if (started_ && *started_) {
    if (request_.judge) watchProxy();
    if (sabotage_.serving) sabotage_.serving(*server_);
    return true;
  }
  error_ = started_ ? started_->error().message : "the proxy did not start";
  return false;
}

void WorldRun::watchProxy() {
  streamEnds_.emplace(*server_, parts_.stats, run_.names(), checks_.findings());
  bounds_.emplace(*server_, checks_.findings());
  events_.watch(&*streamEnds_);
  for (uint32_t w = 0; w < parts_.bootstrap->concurrency(); ++w) {
    auto& dispatcher = static_cast<SimDispatcher&>(server_->workerRuntime(w).worker().dispatcher);
    dispatcher.setAfterIteration([this, w] {
      const SimulatorCode scope;
      checks_.afterIteration();
      const bool bounded = !bounds_->afterIteration(w, run_.now());
      if (streamEnds_->afterIteration(w, checks_.countersReset(), run_.now()) || !bounded) run_.stop();
    });
  }
}

bool WorldRun::openOrigins() {
  for (Machine& m : machines_) {
    if (m.plan->isProxy) continue;
    m.environment->start();
    if (m.names != nullptr) {
      if (const Status opened = m.names->open(addressOf(Endpoint(m.plan->addresses[0], 53))); !opened) {
        error_ = opened.error().message;
        return false;
      }
    }
    if (m.origin == nullptr) continue;
    if (const Status opened = m.origin->open(); !opened) {
      error_ = opened.error().message;
      return false;
    }
  }
  run_.runUntilQuiet();
  return sound();
}

void WorldRun::startActors() {
  for (Machine& m : machines_) {
    if (Actor* actor = m.actor()) m.environment->dispatcher().post([actor] { actor->start(); });
  }
}

bool WorldRun::clientsDone() const {
  return std::all_of(machines_.begin(), machines_.end(),
                     [](const Machine& m) { return m.client == nullptr || m.client->done(); });
}

bool WorldRun::originsHavePlans() const {
  return std::any_of(machines_.begin(), machines_.end(),
                     [](const Machine& m) { return m.origin != nullptr && m.origin->hasPlans(); });
}

bool WorldRun::playStories() {
  TimePoint nextLook = request_.judge ? checks_.look() : TimePoint::max();
  while (sound() && !clientsDone()) {
    const TimePoint look = run_.quiet() && run_.nextEventAt() == TimePoint::max() ? TimePoint::max() : nextLook;
    const RunEnd end = run_.run(look);
    if (end == RunEnd::kTimeReached) nextLook = checks_.look();
    if (end == RunEnd::kNothingLeft) break;
  }
  storyEndedAt_ = run_.now();
  if (sound() && clientsDone()) {
    faults_.resumeAll();
    run_.runUntilQuiet();
    // Origins that are waiting for an instant of their own: it comes, whether anybody is there or not.
    while (sound() && originsHavePlans() && run_.nextEventAt() != TimePoint::max()) run_.runUntil(run_.nextEventAt());
    run_.runUntilQuiet();
    while (sound() && !run_.quiet()) run_.runUntilQuiet();
  }
  if (!clientsDone()) noteLiveness();
  return sound();
}

// A story that did not come to its end: who waits for what.
void WorldRun::noteLiveness() {
  if (!run_.failure()) checks_.look(true);
  const bool stuck = !run_.failure() || run_.failure()->check == "time-limit" || run_.failure()->check == "event-limit";
  if (!stuck || checks_.findings().anyBroken()) return;
  for (const Machine& m : machines_) {
    if (m.client == nullptr || m.client->done()) continue;
    checks_.findings().broken("liveness", m.plan->name, run_.now(),
                              m.plan->name + " still waits in `" + m.client->doing() + "`");
  }
}

void WorldRun::shutDown() {
  checks_.beginTakeDown();
  faults_.resumeAll();
  SimEnvironment& proxy = *proxyMachine_->environment;
  proxy.dispatcher().exit();
  // An hour at most, but no longer than it takes: the story's limit of virtual time counts for this too.
  const TimePoint limit = run_.now() + Duration::seconds(3600);
  run_.runUntilQuiet();
  while (!run_.failure() && !proxy.ended() && run_.nextEventAt() <= limit) {
    run_.runUntil(run_.nextEventAt());
    run_.runUntilQuiet();
  }
  if (!proxy.ended() && !run_.failure()) {
    checks_.findings().broken("conservation", "proxy", run_.now(), "the proxy does not end after it was told to");
  }
  for (Machine& m : machines_) {
    if (Actor* actor = m.actor()) actor->stop();
    if (!m.plan->isProxy) m.environment->dispatcher().wakeUp();
  }
  while (!run_.failure() && !run_.quiet()) run_.runUntilQuiet();
}

std::string WorldRun::logText() {
  std::string text;
  std::vector<std::string> seen;
  for (const ListenerFacts& l : parts_.facts.listeners) {
    for (const LogFacts& log : l.logs) {
      if (std::find(seen.begin(), seen.end(), log.path) != seen.end()) continue;
      seen.push_back(log.path);
      if (const std::string* content = proxyMachine_->environment->files().content(log.path)) text += *content;
    }
  }
  return text;
}

// One line a request in every log that is made so, now that all are flushed.
void WorldRun::judgeLogFiles() {
  const auto& listeners = parts_.facts.listeners;
  if (listeners.size() != 1) return;  // lines of several listeners cannot be told apart
  for (const LogFacts& log : listeners[0].logs) {
    const auto onPath = [&](const LogFacts& other) { return other.path == log.path; };
    const auto counted = [&](const LogFacts& other) { return !onPath(other) || other.oneLineEach; };
    if (!std::all_of(listeners[0].logs.begin(), listeners[0].logs.end(), counted)) {
      checks_.findings().unjudged("access-log",
                                  "a log whose filter, format or moments make other than a line a request");
      continue;
    }
    const auto same = static_cast<uint64_t>(std::count_if(listeners[0].logs.begin(), listeners[0].logs.end(), onPath));
    const std::string* content = proxyMachine_->environment->files().content(log.path);
    const uint64_t lines = content == nullptr ? 0 : linesOf(*content);
    if (lines == same * checks_.finishedByProxy()) continue;
    checks_.findings().broken("access-log", "proxy", run_.now(),
                              log.path + " has " + std::to_string(lines) + " lines for " +
                                  std::to_string(checks_.finishedByProxy()) + " requests");
  }
}

void WorldRun::judgeExpectations() {
  RunValues::Sources sources{parts_, checks_, {}, {}, {}, statsAtRest_, [this] { return logText(); }};
  for (const Machine& m : machines_) {
    if (m.client) sources.clients.emplace_back(m.plan->name, m.client.get());
    if (m.names) sources.nameServers.emplace_back(m.plan->name, m.names.get());
    if (m.origin) sources.origins.emplace_back(m.plan->name, m.origin.get());
  }
  const RunValues values(std::move(sources));
  const auto judge = [&](const std::vector<Expectation>& claims, std::string_view check) {
    judgeClaims(claims, check, values, Duration(), restedAt_, checks_.findings());
  };
  judge(scenario_.always, "always");
  if (request_.strategy.isPlain()) judge(scenario_.plain, "default");
  for (size_t i = 0; i < scenario_.sometimes.size(); ++i) shown_[i] = evaluate(scenario_.sometimes[i], values).holds;
}

RunResult WorldRun::result() {
  RunResult r;
  r.error = error_;
  if (run_.failure()) {
    const Failure& f = *run_.failure();
    if (!checks_.findings().anyBroken()) r.failures.push_back({f.check, f.entity, f.at, f.message});
  }
  for (const Broken& b : checks_.findings().allBroken()) r.failures.push_back({b.check, b.entity, b.at, b.message});
  for (const Unjudged& u : checks_.findings().allUnjudged()) r.notJudged.push_back({u.check, u.reason});
  r.outcome = !error_.empty() ? RunOutcome::kError : r.failures.empty() ? RunOutcome::kPass : RunOutcome::kFail;
  r.shown = shown_;
  takeFromRun(run_, r);
  r.virtualTime = restedAt_ - TimePoint();
  r.storyTime = storyEndedAt_ - TimePoint();
  if (capture_) {
    r.captureTruncated = capture_->truncated();
    r.capture = capture_->take();
  }
  finished_ = run_.finish();
  if (recording_ != nullptr) r.recording = recording();
  return r;
}

std::shared_ptr<Recording> WorldRun::recording() {
  for (const HostPlan& p : parts_.plans.hosts) {
    recording_->hosts.push_back({p.name, p.addresses, p.isProxy, p.listens(), p.isProxy ? scenario_.proxy.workers : 0});
  }
  const auto copy = [](const auto& records, auto& out) {
    for (uint64_t id = records.firstId(); id <= records.lastId(); ++id) out.push_back(records.at(id));
  };
  copy(pools_.ledger.connections, recording_->connections);
  copy(pools_.ledger.requests, recording_->requests);
  copy(pools_.ledger.attempts, recording_->attempts);
  // Texts of stories end with the scenario, which the recording may outlive.
  for (AttemptRecord& a : recording_->attempts) a.responseText = {};
  if (finished_) recording_->names = std::move(run_.names());
  return recording_;
}

}  // namespace orrery::sim
