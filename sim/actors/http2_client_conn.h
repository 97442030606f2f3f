#pragma once

#include "sim/actors/client_conn.h"
#include "sim/actors/client_streams.h"

namespace orrery::sim {

// HTTP/2 by prior knowledge: each request is a stream, and ends when its response has.
class Http2ClientConn final : public ClientConn, private Conn::Delegate, private ClientStreams::Owner {
 public:
  Http2ClientConn(const ActorEnv& env, std::function<void()> changed);

  bool mayBegin() const override { return !streams_.usable() || streams_.mayOpen(); }
  uint64_t beginRequest(const RequestStep& step, SeenResponse* seen) override;
  void sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) override;
  void endRequest(uint64_t) override {}  // the last part has ended it
  bool cancel(uint64_t request) override;
  uint64_t sendRaw(std::string_view bytes, SeenResponse* seen) override;
  bool idle() const override { return streams_.underWay() == 0; }
  void giveUp() override { streams_.endAll(RequestOutcome::kClientGaveUp); }
  uint64_t goAways() const override { return streams_.goAways(); }

 private:
  void onConnected() override;
  void onData(std::string_view data) override;
  void onWritten() override;
  void onEnd() override;
  void onBroken(io::IoError error) override;
  void onStreamEnded(RequestRecord& record, RequestOutcome outcome, const BodyDigest* body) override;

  void begin() override;
  void flush();

  ClientStreams streams_;
};

}  // namespace orrery::sim
