#include "tests/contract/sim_world.h"

#include "sim/core/run.h"
#include "sim/io/convert.h"
#include "sim/io/environment.h"
#include "sim/ledger/ledger.h"
#include "sim/net/inet_socket.h"
#include "sim/net/net.h"

namespace orrery::contract {

namespace {

class SimWorld final : public World {
 public:
  SimWorld() {
    environment_.files().makeFolder("/files");
    environment_.start();
    // The loop begins to wait.
    run_.runUntilQuiet();
  }
  ~SimWorld() override {
    urgentPeer_.reset();
    run_.finish();
  }

  io::Environment& io() override { return environment_.io(); }

  bool runUntil(const std::function<bool()>& done, Duration limit) override {
    if (done()) return true;
    bool reached = false;
    sim::SimDispatcher& main = environment_.dispatcher();
    main.setAfterIteration([&] {
      if (!done()) return;
      reached = true;
      run_.stop();
    });
    // Timers and tasks may have been made since the loop last looked.
    main.wakeUp();
    run_.run(run_.now() + limit);
    main.setAfterIteration({});
    return reached || done();
  }

  bool virtualTime() const override { return true; }
  io::Address anyPort() const override { return io::Address::ipv4(0x7f000001, 0); }
  std::optional<io::Address> anyIpv6Port() const override { return io::Address::parseIp("::1", 0); }
  std::optional<io::Address> unixPath(std::string_view) override { return std::nullopt; }
  std::optional<io::Address> unixAbstract(std::string_view) override { return std::nullopt; }

  void talkUrgently(const io::Address& to) override {
    urgentPeer_ = std::make_unique<sim::InetSocket>(environment_.host());
    (void)urgentPeer_->connect(*sim::endpointOf(to));
    run_.runUntilQuiet();
    (void)urgentPeer_->write("before");
    (void)urgentPeer_->write("!", true);
    (void)urgentPeer_->write("after");
    run_.runUntilQuiet();
  }

  std::string filePath(std::string_view name) override { return "/files/" + std::string(name); }
  void writeFile(const std::string& path, std::string_view content) override {
    environment_.files().put(path, content);
  }
  void replaceFile(const std::string& path, std::string_view content) override {
    environment_.files().put(path, content);
  }

 private:
  sim::Pools pools_;
  sim::NetPools netPools_;
  sim::Ledger ledger_;
  sim::Run run_{pools_, {}};
  // Tests that count iterations never let the loop wait: an iteration takes 1 ns, so a long way would take very many.
  sim::Net net_{run_, netPools_, ledger_, {.latency = Duration::microseconds(1)}};
  std::unique_ptr<sim::InetSocket> urgentPeer_;
  sim::SimEnvironment environment_{run_, net_.addHost("here", {0x7f000001, sim::IpAddress::loopbackIpv6()})};
};

}  // namespace

std::unique_ptr<World> newSimWorld() { return std::make_unique<SimWorld>(); }

}  // namespace orrery::contract
