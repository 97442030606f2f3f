#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/io_asio/environment.h"
#include "sim/actors/client.h"
#include "sim/actors/origin.h"
#include "sim/core/pools.h"
#include "sim/script/script.h"

namespace orrery::sim {

// The same as HostWorld on real loopback sockets: one dispatcher, the actors' code unchanged.
class RealWorld final : public ActorObserver, public HostBook {
 public:
  RealWorld(const std::string& clientSteps, const std::string& originSteps)
      : environment_(io_asio::newRealEnvironment()), scenario_(parse(clientSteps, originSteps)) {
    io::Environment& io = environment_->io();
    for (const uint32_t ip : {kClient, kOrigin}) {
      envs_.push_back(
          std::make_unique<ActorEnv>(ActorEnv{ip == kClient ? "client" : "origin", io.mainDispatcher, io.network,
                                              pools_.stacks, ledger, *this, *this, io::Address::ipv4(ip, 0), true}));
    }
    client = std::make_unique<Client>(*envs_[0], scenario_->stories[0], [] {});
    origin = std::make_unique<Origin>(*envs_[1], scenario_->hosts[1], scenario_->stories[1], [] {});
  }
  ~RealWorld() {
    client->stop();
    origin->stop();
    client.reset();
    origin.reset();
  }

  RealWorld& play() {
    if (const Status opened = origin->open(); !opened) violations.push_back(opened.error().message);
    io::Dispatcher& main = environment_->io().mainDispatcher;
    main.post([this] { client->start(); });
    main.post([this] { origin->start(); });
    environment_->step(TimePoint());
    const TimePoint limit = main.now() + Duration::seconds(20);
    while (!client->done() && main.now() < limit) environment_->step(limit);
    return *this;
  }

  Ledger ledger;
  std::vector<std::string> violations;
  std::unique_ptr<Client> client;
  std::unique_ptr<Origin> origin;

 private:
  static constexpr uint32_t kClient = 0x7f534702;  // 127.83.71.2
  static constexpr uint32_t kOrigin = 0x7f534703;

  static std::shared_ptr<const Scenario> parse(const std::string& clientSteps, const std::string& originSteps) {
    const std::string text =
        "claim: c\nproxy: { bootstrap: b }\nhosts:\n  client:\n  origin: { listens: 8080 }\nstory:\n  client:\n" +
        clientSteps + "\n  origin:\n" + originSteps + "\n";
    auto loaded = script::loadScenario(text);
    ORRERY_ASSERT(loaded.scenario != nullptr, loaded.problems[0].message.c_str());
    return loaded.scenario;
  }
  std::optional<Target> find(std::string_view, uint16_t port) const override {
    return Target{io::Address::ipv4(kOrigin, port), "origin.test"};
  }
  void onViolation(std::string_view check, std::string_view host, std::string_view message) override {
    violations.push_back(std::string(check) + " " + std::string(host) + ": " + std::string(message));
  }

  Pools pools_;
  std::unique_ptr<io_asio::RealEnvironment> environment_;
  std::shared_ptr<const Scenario> scenario_;
  std::vector<std::unique_ptr<ActorEnv>> envs_;
};

}  // namespace orrery::sim
