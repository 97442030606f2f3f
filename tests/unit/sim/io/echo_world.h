#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net.h"

namespace orrery::sim {

// A small world with everything in it: a client host whose connections send numbered messages, a server host with a main
// loop that accepts and hands each connection to one of two workers (a post), workers that answer after a timer, and an
// access log. What it does depends on choices; what the client reads does not.
struct EchoOptions {
  size_t connections = 4;
  size_t messages = 5;
  std::string message = "message";
  Duration think = Duration::milliseconds(3);
  RunOptions run;
};

struct EchoOutcome {
  uint64_t hash = 0;
  uint64_t items = 0;
  std::vector<std::string> answers;  // one for each connection
  std::string log;
  Deviations deviations;
  FitReport fit;
  RunEnd end = RunEnd::kQuiet;
  std::string failure;
};

struct EchoPools {
  Pools pools;
  NetPools net;
};

EchoOutcome runEcho(EchoPools& pools, EchoOptions options);

}  // namespace orrery::sim
