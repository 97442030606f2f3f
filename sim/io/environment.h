#pragma once

#include <functional>

#include "proxy/io/environment.h"
#include "sim/core/run.h"
#include "sim/io/dispatcher.h"
#include "sim/io/entropy.h"
#include "sim/io/files.h"
#include "sim/io/network.h"
#include "sim/io/process.h"
#include "sim/io/random.h"
#include "sim/io/threads.h"
#include "sim/net/host.h"

namespace orrery::sim {

// One program's world on one simulated host: everything that io::Environment names. Several programs may share a host; give
// each a name of its own.
//
//   SimEnvironment proxy(run, proxyHost, "main");
//   proxy.start([&] { server.run(); });          // or start() for a plain loop, and post() the actors into it
//   run.runUntilQuiet();
//
// Lifetime: run and host outlive it; the run is finished (Run::finish) before it dies. Threading: made and destroyed by the
// harness.
class SimEnvironment {
 public:
  SimEnvironment(Run& run, Host& host, std::string_view threadName = "main");
  ~SimEnvironment();
  SimEnvironment(const SimEnvironment&) = delete;
  SimEnvironment& operator=(const SimEnvironment&) = delete;

  io::Environment& io() { return environment_; }

  // Starts the logical thread of the main dispatcher: it runs `body`, by default the dispatcher's loop. Once.
  LogicalThread& start(std::move_only_function<void()> body = {});
  // The body has returned.
  bool ended() const { return thread_ != nullptr && thread_->done(); }

  SimDispatcher& dispatcher() { return dispatcher_; }
  SimFiles& files() { return files_; }
  SimProcess& process() { return process_; }
  Host& host() { return host_; }

 private:
  Run& run_;
  Host& host_;
  Name name_;
  LogicalThread* thread_ = nullptr;
  SimDispatcher dispatcher_;
  SimThreads threads_;
  SimNetwork network_;
  SimFiles files_;
  SimRandom random_;
  SimEntropy entropy_;
  SimProcess process_;
  io::Environment environment_;
};

}  // namespace orrery::sim
