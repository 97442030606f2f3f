#pragma once

#include <optional>
#include <vector>

#include "sim/actors/conn.h"
#include "sim/actors/http2_wire.h"
#include "sim/actors/load.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// HTTP/2: as many requests at a time as the step says and the peer allows.
class Http2Lane final : public LoadLane, private Conn::Delegate, private Http2Wire::Delegate {
 public:
  // `entity` names its connections.
  Http2Lane(Load& load, uint64_t entity);

  void start() override;
  void stop() override;

 private:
  struct Exchange {
    uint64_t request;
    uint32_t stream;
    bool endQueued = false;
    bool headSeen = false;
    BodyDigest digest;
  };

  // Conn
  void onConnected() override;
  void onWritten() override;
  void onData(std::string_view data) override;
  void onEnd() override;
  void onBroken(io::IoError error) override;
  // Http2Wire
  void onHead(uint32_t stream, const WireHead& head) override;
  void onBody(uint32_t stream, std::string_view bytes) override;
  void onEnd(uint32_t stream) override;
  void onReset(uint32_t stream, http2::ErrorCode code) override;
  void onGoAway(uint32_t, http2::ErrorCode) override {}
  void onSent(uint32_t stream) override;
  void onBroken(const std::string& why) override;

  void connect();
  // Begins what may begin; without anything under way and left to do, or without a use, the connection is closed.
  void fill();
  void send();
  void flush();
  void end(uint32_t stream, RequestOutcome outcome);
  void endAll(RequestOutcome outcome);
  Exchange* find(uint32_t stream);

  const uint64_t entity_;
  Load& load_;
  const ActorEnv& env_;
  Conn conn_;
  std::optional<Http2Wire> wire_;
  std::vector<HeaderField> fields_;  // of the next request
  std::string* id_ = nullptr;        // the one among them that differs
  std::vector<Exchange> exchanges_;
  std::string body_;
  std::string bytes_;
  uint64_t connection_ = 0;
  uint64_t index_ = 0;
  bool taken_ = false;  // a request that no connection has been found for yet
};

}  // namespace orrery::sim
