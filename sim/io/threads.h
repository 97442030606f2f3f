#pragma once

#include "proxy/io/threads.h"
#include "sim/core/run.h"
#include "sim/net/host.h"

namespace orrery::sim {

// Each thread is a logical one of the run, named "<host>/<name>".
class SimThreads final : public io::Threads {
 public:
  SimThreads(Run& run, Host& host) : run_(run), host_(host) {}
  std::unique_ptr<io::Thread> start(const std::string& name) override;

 private:
  Run& run_;
  Host& host_;
};

}  // namespace orrery::sim
