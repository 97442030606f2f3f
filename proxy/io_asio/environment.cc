#include "proxy/io_asio/environment.h"

#include <utility>

#include "proxy/io_asio/clock.h"
#include "proxy/io_asio/dispatcher.h"
#include "proxy/io_asio/entropy.h"
#include "proxy/io_asio/files.h"
#include "proxy/io_asio/network.h"
#include "proxy/io_asio/process.h"
#include "proxy/io_asio/random.h"
#include "proxy/io_asio/threads.h"

namespace orrery::io_asio {

namespace {

class Owner final : public RealEnvironment {
 public:
  io::Environment& io() override { return environment_; }
  bool step(TimePoint atMost) override { return main_->step(atMost); }
  void watchSignals(std::span<const int> signals, std::move_only_function<void(int)> onSignal) override {
    // Asio calls while the dispatcher waits, outside of its iterations; a post brings it inside.
    auto shared = std::make_shared<std::move_only_function<void(int)>>(std::move(onSignal));
    asio_->watchSignals(signals, [this, shared](int signal) { main_->post([shared, signal] { (*shared)(signal); }); });
  }

 private:
  Clock clock_;
  SignalWaiter* asio_ = nullptr;
  std::unique_ptr<RealDispatcher> main_ = RealDispatcher::newForMain(clock_, asio_);
  RealThreads threads_{clock_};
  RealNetwork network_;
  RealFiles files_;
  RealEntropy entropy_;
  RealRandom random_{entropy_};
  RealProcess process_;
  io::Environment environment_{*main_, threads_, network_, files_, random_, entropy_, process_};
};

}  // namespace

std::unique_ptr<RealEnvironment> newRealEnvironment() { return std::make_unique<Owner>(); }

}  // namespace orrery::io_asio
