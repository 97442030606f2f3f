#pragma once

#include <string>
#include <vector>

#include "sim/actors/client_streams.h"
#include "sim/actors/conn.h"
#include "sim/actors/load.h"

namespace orrery::sim {

// HTTP/2: as many requests at a time as the step says and the peer allows.
class Http2Lane final : public LoadLane, private Conn::Delegate, private ClientStreams::Owner {
 public:
  // `entity` names its connections.
  Http2Lane(Load& load, uint64_t entity);

  void start() override;
  void stop() override;

 private:
  void onConnected() override;
  void onWritten() override { streams_.noteWritten(); }
  void onData(std::string_view data) override;
  void onEnd() override;
  void onBroken(io::IoError error) override;
  void onStreamEnded(RequestRecord& record, RequestOutcome outcome, const BodyDigest* body) override {
    load_.end(record, outcome, body);
  }

  void connect();
  // Begins what may begin. Without anything under way and left to do the connection is closed; one that is of no use any more
  // is replaced.
  void fill();
  void send();

  const uint64_t entity_;
  Load& load_;
  Conn conn_;
  ClientStreams streams_;
  std::vector<HeaderField> fields_;  // of the next request
  std::string* id_ = nullptr;        // the one among them that differs
  std::string body_;
  uint64_t connection_ = 0;
  uint64_t index_ = 0;
  bool taken_ = false;  // a request that no connection has been found for yet
};

}  // namespace orrery::sim
