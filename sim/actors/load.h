#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/actors/actor_env.h"
#include "sim/actors/conn.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// Many keep-alive connections that send one request after the other. State machines instead of fibers, no allocation per
// request after warm-up: this is what benches and soak runs measure the proxy with.
//
// A connection that ends is opened again for its next request. The load is over when all requests have ended.
// Lifetime: as Actor's. Threading: its dispatcher's.
class Load {
 public:
  Load(const ActorEnv& env, const LoadStep& step, const io::Address& to, std::string authority,
       std::function<void()> onDone);
  ~Load();

  void start();
  void stop();
  bool done() const { return ended_ == step_.requests; }
  uint64_t connects() const { return connects_; }
  uint64_t failedConnects() const { return failedConnects_; }

 private:
  class Lane;
  friend class Lane;

  bool takeRequest();
  void ended();
  // Head and body of the request with this id, in scratch_.
  std::string_view requestText(uint64_t id);

  const ActorEnv& env_;
  const LoadStep& step_;
  io::Address to_;
  std::string authority_;
  std::function<void()> onDone_;
  std::string beforeId_;
  std::string afterId_;
  std::string scratch_;
  uint64_t begun_ = 0;
  uint64_t ended_ = 0;
  uint64_t connects_ = 0;
  uint64_t failedConnects_ = 0;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace orrery::sim
