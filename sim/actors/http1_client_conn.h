#pragma once

#include <deque>

#include "sim/actors/client_conn.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// HTTP/1: responses end in the order of their requests (pipelining), or together with the connection.
class Http1ClientConn final : public ClientConn, private Conn::Delegate {
 public:
  Http1ClientConn(const ActorEnv& env, std::function<void()> changed)
      : ClientConn(env, *this, std::move(changed)), tunnel_(env.ledger) {}

  uint64_t beginRequest(const RequestStep& step, SeenResponse* seen) override;
  void sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) override;
  void endRequest(uint64_t request) override;
  bool cancel(uint64_t) override { return false; }
  uint64_t sendRaw(std::string_view bytes, SeenResponse* seen) override;
  Tunnel* tunnel() override { return &tunnel_; }
  bool idle() const override { return pending_.empty(); }
  void giveUp() override;

 private:
  struct Pending {
    uint64_t request;
    SeenResponse* seen;
    bool head;       // answers HEAD
    uint64_t endAt;  // value of Conn::written() at which it is wholly sent; UINT64_MAX while not known
    bool raw;
    bool connect = false;  // the method: a 2xx opens a tunnel
    bool upgrade = false;  // 101 opens one
  };

  void onConnected() override;
  void onData(std::string_view data) override;
  void onWritten() override;
  void onEnd() override;
  void onBroken(io::IoError error) override;

  // Whether the response opens a tunnel.
  bool onHead();
  void openTunnel();
  void finishFront(RequestOutcome outcome);
  void finishAll(RequestOutcome outcome);
  void malformed(const std::string& why);
  static bool beginsHead(std::string_view bytes);
  void forgetPartialHead();

  WireReader reader_{WireReader::Kind::kResponse};
  std::deque<Pending> pending_;
  BodyDigest digest_;
  uint64_t partialHead_ = 0;  // the request whose head has begun, in bytes of the story's own, and is not whole
  bool rawSent_ = false;      // bytes without a name: what comes back is not judged
  bool headSeen_ = false;
  Tunnel tunnel_;
};

}  // namespace orrery::sim
