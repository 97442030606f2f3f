#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/actors/actor_env.h"
#include "sim/actors/arrivals.h"
#include "sim/actors/conn.h"
#include "sim/ledger/body.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// One connection of a load: takes requests from it as long as there are some. Lifetime, threading: the load's.
class LoadLane {
 public:
  virtual ~LoadLane() = default;
  // Also when there are some again.
  virtual void start() = 0;
  virtual void stop() = 0;
};

// Many keep-alive connections that send one request after the other, or, by HTTP/2, several at a time. State machines instead
// of fibers, no allocation per request after warm-up: this is what benches and soak runs measure the proxy with.
//
// A connection that ends is opened again for its next request. The load is over when all requests have ended. Of an open loop
// requests come by themselves; one that finds no connection free waits for one, and begins only then.
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

  // For its lanes.
  const ActorEnv& env() const { return env_; }
  const LoadStep& step() const { return step_; }
  const std::string& authority() const { return authority_; }
  bool connect(Conn& conn) const;
  // False: no request is left, or none has come yet.
  bool takeRequest();
  // No further one will come.
  bool exhausted() const { return begun_ == step_.requests; }
  RequestRecord& begin(uint64_t connection, uint64_t indexOnConnection);
  void end(RequestRecord& record, RequestOutcome outcome, const BodyDigest* body);
  // The ledger's number of the connection.
  uint64_t noteConnected(const Conn& conn);
  // No connection, no further request of this lane: a proxy that is gone must not make an endless loop.
  void failRequests();
  // Head and body of the HTTP/1 request with this id; valid until the next call.
  std::string_view requestText(uint64_t id);

 private:
  void onArrival();

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
  std::vector<std::unique_ptr<LoadLane>> lanes_;
  std::optional<Arrivals> arrivals_;  // of an open loop
};

}  // namespace orrery::sim
