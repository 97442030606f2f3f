#pragma once

#include "sim/actors/conn.h"
#include "sim/actors/load.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// HTTP/1: one request at a time.
class Http1Lane final : public LoadLane, private Conn::Delegate {
 public:
  // `entity` names its connections.
  Http1Lane(Load& load, uint64_t entity);

  void start() override;
  void stop() override;

 private:
  void next();
  void send();
  void end(RequestOutcome outcome);
  void over(RequestOutcome outcome);
  void onConnected() override;
  void onWritten() override;
  void onData(std::string_view data) override;
  void onEnd() override;
  void onBroken(io::IoError error) override;

  const uint64_t entity_;
  Load& load_;
  const ActorEnv& env_;
  Conn conn_;
  WireReader reader_{WireReader::Kind::kResponse};
  BodyDigest digest_;
  uint64_t request_ = 0;
  uint64_t connection_ = 0;
  uint64_t index_ = 0;
  const bool noBody_;
  bool headSeen_ = false;
  bool close_ = false;
};

}  // namespace orrery::sim
