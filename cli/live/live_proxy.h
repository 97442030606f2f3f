#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/live/bootstrap_copy.h"
#include "cli/live/child.h"
#include "cli/live/launch.h"

namespace orrery::live {

// One proxy process with a story's configuration, from its start to its end, with all that it leaves behind. It runs in the network
// of the calling thread.
//
// Lifetime: ended and its files removed by the destructor. Threading: one thread; start() and end() block.
class LiveProxy {
 public:
  // `name`: of the program, for messages.
  explicit LiveProxy(std::string name);
  ~LiveProxy();
  LiveProxy(const LiveProxy&) = delete;
  LiveProxy& operator=(const LiveProxy&) = delete;

  // Serves when this returns. The error has the last line that the proxy wrote.
  Status start(const Prepare& prepare);
  // Whether what follows is what stories speak of: Envoy's names, flags and lines.
  bool speaksEnvoy() const { return launch_.speaksEnvoy(); }
  bool running() { return child_ != nullptr && child_->running(); }
  // SIGTERM and SIGINT are an end that the story has asked for.
  void signal(int number);
  // No more than so many connections find a descriptor, with those that it has; nothing: as many as before.
  void limitConnections(std::optional<uint64_t> most);
  bool askedToEnd() const { return askedToEnd_; }
  // What /stats says now; empty if it does not answer.
  std::map<std::string, uint64_t, std::less<>> stats() const;
  // SIGTERM, then SIGKILL for one that does not go within five seconds, which is an error.
  Status end();

  // After the end: what is in the story's access logs, and in Orrery's own.
  std::string logText() const;
  std::vector<RequestLine> requests() const;

 private:
  std::string lastWords() const;

  bool serves() const;

  const std::string name_;
  std::string folder_;
  Launch launch_;
  std::unique_ptr<Child> child_;
  uint64_t descriptorsBefore_ = 0;  // the limit of descriptors, before it was lowered
  bool askedToEnd_ = false;
};

}  // namespace orrery::live
