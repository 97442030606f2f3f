#pragma once

#include <deque>

#include "sim/actors/client_conn.h"
#include "sim/actors/http2_wire.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// HTTP/2 by prior knowledge: each request is a stream, and ends when its response has.
class Http2ClientConn final : public ClientConn, private Conn::Delegate, private Http2Wire::Delegate {
 public:
  Http2ClientConn(const ActorEnv& env, std::function<void()> changed) : ClientConn(env, *this, std::move(changed)) {}

  bool mayBegin() const override { return !usable() || wire_.mayOpen(); }
  uint64_t beginRequest(const RequestStep& step, SeenResponse* seen) override;
  void sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) override;
  void endRequest(uint64_t) override {}  // the last part has ended it
  bool cancel(uint64_t request) override;
  uint64_t sendRaw(std::string_view bytes, SeenResponse* seen) override;
  bool idle() const override { return exchanges_.empty(); }
  void giveUp() override;

 private:
  struct Exchange {
    uint64_t request;
    SeenResponse* seen;
    uint32_t stream = 0;
    uint64_t endAt = UINT64_MAX;  // value of Conn::written() at which it is wholly sent; UINT64_MAX while not known
    bool endQueued = false;
    bool headSeen = false;
    BodyDigest digest;
  };

  // Conn
  void onConnected() override;
  void onData(std::string_view data) override;
  void onWritten() override;
  void onEnd() override;
  void onBroken(io::IoError error) override;
  // Http2Wire
  void onHead(uint32_t stream, const WireHead& head) override;
  void onBody(uint32_t stream, std::string_view bytes) override;
  void onEnd(uint32_t stream) override;
  void onReset(uint32_t stream, http2::ErrorCode code) override;
  void onGoAway(uint32_t lastStream, http2::ErrorCode code) override;
  void onSent(uint32_t stream) override;
  void onBroken(const std::string& why) override;

  void begin() override;
  // GOAWAY ends a connection for new requests.
  bool usable() const { return conn_.usable() && !wire_.goneAway(); }
  void flush();
  Exchange* ofRequest(uint64_t request);
  Exchange* ofStream(uint32_t stream);
  void finish(uint32_t stream, RequestOutcome outcome);
  void finishAll(RequestOutcome outcome);

  Http2Wire wire_{Http2Wire::Side::kClient, *this};
  std::deque<Exchange> exchanges_;
};

}  // namespace orrery::sim
