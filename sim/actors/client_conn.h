#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/actors/actor_env.h"
#include "sim/actors/conn.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// What a client keeps of the response to a named request, for expectations.
struct SeenResponse {
  uint64_t request = 0;  // in the ledger; 0: not made yet
  std::string head;
  std::string body;  // the first 64 KiB
  bool endedByConnection = false;
};

// A client's connection: requests go out, responses are read strictly and entered in the ledger. Several may be under way
// (pipelining); they end in order, or together with the connection.
//
// Lifetime, threading: as Conn.
class ClientConn final : private Conn::Delegate {
 public:
  // `changed` is called whenever something that a waiting client could look at has changed.
  ClientConn(const ActorEnv& env, std::function<void()> changed);

  bool connect(const io::Address& to, std::string_view authority);
  // Begins a request: a record in the ledger, the head on its way. The body is given by sendBodyPart().
  // `seen` (may be null) must outlive the connection.
  uint64_t beginRequest(const RequestStep& step, SeenResponse* seen);
  void sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part);
  // All of it was given to write().
  void endRequest(uint64_t request);
  // Bytes as they stand. With `seen` they are a request of their own.
  uint64_t sendRaw(std::string_view bytes, SeenResponse* seen);

  // Ends all that is under way as the client's own decision.
  void close(Ending how);
  void giveUp();

  Conn& conn() { return conn_; }
  // A record that was dropped has long ended.
  bool pending(uint64_t request) const {
    return env_.ledger.requests.has(request) && env_.ledger.requests.at(request).outcome == RequestOutcome::kPending;
  }
  bool idle() const { return pending_.empty(); }
  std::string_view authority() const { return authority_; }
  // Ended by the peer.
  bool ended() const { return conn_.peerEnded(); }

  std::string name;
  bool endNoted = false;  // by the client, for expectations

 private:
  struct Pending {
    uint64_t request;
    SeenResponse* seen;
    bool head;       // answers HEAD
    uint64_t endAt;  // value of Conn::written() at which it is wholly sent; UINT64_MAX while not known
    bool raw;
  };

  void onConnected() override;
  void onData(std::string_view data) override;
  void onWritten() override;
  void onEnd() override;
  void onBroken(io::IoError error) override;

  RequestRecord& newRequest(std::string_view method, std::string_view path, SeenResponse* seen);
  void onHead();
  void onInterim();
  void finishFront(RequestOutcome outcome);
  void finishAll(RequestOutcome outcome);
  void malformed(const std::string& why);
  static bool beginsHead(std::string_view bytes);
  void forgetPartialHead();

  const ActorEnv& env_;
  std::function<void()> changed_;
  Conn conn_;
  WireReader reader_{WireReader::Kind::kResponse};
  std::deque<Pending> pending_;
  BodyDigest digest_;
  std::string authority_;
  uint64_t connection_ = 0;  // in the ledger
  uint64_t index_ = 0;
  uint64_t partialHead_ = 0;  // the request whose head has begun, in bytes of the story's own, and is not whole
  bool rawSent_ = false;      // bytes without a name: what comes back is not judged
  bool headSeen_ = false;
};

}  // namespace orrery::sim
