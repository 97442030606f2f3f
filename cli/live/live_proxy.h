#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/live/bootstrap_copy.h"
#include "cli/live/child.h"
#include "sim/scenario/scenario.h"

namespace orrery::live {

// The program that is told a story.
struct ProxyProgram {
  std::string name;  // "orrery-proxy", "envoy": for tables
  std::string path;
};

// One proxy process with a story's bootstrap, from its start to its end, with all that it leaves behind. It runs in the network
// of the calling thread.
//
// Lifetime: ended and its files removed by the destructor. Threading: one thread; start() and end() block.
class LiveProxy {
 public:
  LiveProxy(const ProxyProgram& program, const sim::ProxySetup& setup);
  ~LiveProxy();
  LiveProxy(const LiveProxy&) = delete;
  LiveProxy& operator=(const LiveProxy&) = delete;

  // Serves when this returns. The error has the last line that the proxy wrote.
  Status start(const std::string& bootstrap);
  bool running() { return child_ != nullptr && child_->running(); }
  // What /stats says now; empty if it does not answer.
  std::map<std::string, uint64_t, std::less<>> stats() const;
  // SIGTERM, then SIGKILL for one that does not go within five seconds, which is an error.
  Status end();

  // After the end: what is in the story's access logs, and in Orrery's own.
  std::string logText() const;
  std::vector<RequestLine> requests() const;

 private:
  std::string lastWords() const;

  ProxyProgram program_;
  sim::ProxySetup setup_;
  std::string folder_;
  BootstrapCopy copy_;
  std::unique_ptr<Child> child_;
};

}  // namespace orrery::live
