#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/actors/client.h"
#include "sim/actors/origin.h"
#include "sim/core/race_detector.h"
#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/net/net.h"
#include "sim/script/script.h"

namespace orrery::sim {

// A client and an origin on two simulated hosts, talking to each other without a proxy; steps are those of scenarios.
class HostWorld final : public ActorObserver, public HostBook {
 public:
  HostWorld(const std::string& clientSteps, const std::string& originSteps)
      : run_(pools_, {}), net_(run_, netPools_, ledger), scenario_(parse(clientSteps, originSteps)) {
    net_.addHost("client", {0x7f000102});
    net_.addHost("origin", {0x7f000103});
    for (const char* name : {"client", "origin"})
      environments_.push_back(std::make_unique<SimEnvironment>(run_, *net_.hostNamed(name)));
    const auto env = [&](size_t i, const char* name, uint32_t ip) {
      io::Environment& io = environments_[i]->io();
      return ActorEnv{name,  io.mainDispatcher,       io.network, pools_.stacks, ledger, *this,
                      *this, io::Address::ipv4(ip, 0)};
    };
    clientEnv_ = std::make_unique<ActorEnv>(env(0, "client", 0x7f000102));
    originEnv_ = std::make_unique<ActorEnv>(env(1, "origin", 0x7f000103));
    client = std::make_unique<Client>(*clientEnv_, scenario_->stories[0], [this] { run_.stop(); });
    origin = std::make_unique<Origin>(*originEnv_, scenario_->hosts[1], scenario_->stories[1], [] {});
  }
  ~HostWorld() {
    client->stop();
    origin->stop();
    client.reset();
    origin.reset();
    run_.finish();
  }

  // Until the client's story has ended, or nothing happens any more.
  HostWorld& play() {
    for (auto& e : environments_) e->start();
    if (const Status opened = origin->open(); !opened) violations.push_back(opened.error().message);
    environments_[0]->dispatcher().post([this] { client->start(); });
    environments_[1]->dispatcher().post([this] { origin->start(); });
    run_.run(TimePoint() + Duration::seconds(3600));
    run_.runUntilQuiet();
    return *this;
  }
  int64_t ms() { return (run_.now() - TimePoint()).inMilliseconds(); }
  const RequestRecord& request(uint64_t id) { return ledger.requests.at(id); }

  Ledger ledger;
  std::vector<std::string> violations;
  std::vector<std::string> steps;

 private:
  static std::shared_ptr<const Scenario> parse(const std::string& clientSteps, const std::string& originSteps) {
    const std::string text =
        "claim: c\nproxy: { bootstrap: b }\nhosts:\n  client:\n  origin: { listens: 8080 }\nstory:\n  client:\n" +
        clientSteps + "\n  origin:\n" + originSteps + "\n";
    auto loaded = script::loadScenario(text);
    ORRERY_ASSERT(loaded.scenario != nullptr, loaded.problems[0].message.c_str());
    return loaded.scenario;
  }
  std::optional<Target> find(std::string_view host, uint16_t port) const override {
    if (host != "origin") return std::nullopt;
    return Target{io::Address::ipv4(0x7f000103, port), "origin.test"};
  }
  void onViolation(std::string_view check, std::string_view host, std::string_view message) override {
    const SimulatorCode scope;
    violations.push_back(std::string(check) + " " + std::string(host) + ": " + std::string(message));
  }
  void onStep(std::string_view host, std::string_view text) override {
    const SimulatorCode scope;
    steps.push_back(std::string(host) + ": " + std::string(text));
  }

  Pools pools_;
  NetPools netPools_;
  Run run_;
  Net net_;
  std::shared_ptr<const Scenario> scenario_;
  std::vector<std::unique_ptr<SimEnvironment>> environments_;
  std::unique_ptr<ActorEnv> clientEnv_;
  std::unique_ptr<ActorEnv> originEnv_;

 public:
  std::unique_ptr<Client> client;
  std::unique_ptr<Origin> origin;
};

}  // namespace orrery::sim
