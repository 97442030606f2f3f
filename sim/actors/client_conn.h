#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sim/actors/actor_env.h"
#include "sim/actors/conn.h"
#include "sim/actors/tunnel.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// What a client keeps of the response to a named request, for expectations.
struct SeenResponse {
  uint64_t request = 0;  // in the ledger; 0: not made yet
  std::string head;
  std::string body;  // the first 64 KiB
  void keepBody(std::string_view part) {
    constexpr size_t kKept = 64 * 1024;
    if (body.size() < kKept) body.append(part.substr(0, kKept - body.size()));
  }
  bool endedByConnection = false;
};

// A client's connection: requests go out, responses are read strictly and entered in the ledger. Several may be under way.
//
// Lifetime, threading: as Conn.
class ClientConn {
 public:
  // `changed` is called whenever something that a waiting client could look at has changed.
  ClientConn(const ActorEnv& env, Conn::Delegate& delegate, std::function<void()> changed);
  virtual ~ClientConn() = default;

  bool connect(const io::Address& to, std::string_view authority);
  // Whether the peer's limits let one more request begin now; a connection of no use does, to no effect.
  virtual bool mayBegin() const { return true; }
  // Begins a request: a record in the ledger, the head on its way. The body is given by sendBodyPart().
  // `seen` (may be null) must outlive the connection.
  virtual uint64_t beginRequest(const RequestStep& step, SeenResponse* seen) = 0;
  virtual void sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) = 0;
  // All of it was given to write().
  virtual void endRequest(uint64_t request) = 0;
  // The client has lost interest in the response. False: the protocol knows no way to say so.
  virtual bool cancel(uint64_t request) = 0;
  // Bytes as they stand. With `seen` they are a request of their own.
  virtual uint64_t sendRaw(std::string_view bytes, SeenResponse* seen) = 0;
  // What came that is no HTTP; null: the protocol has none.
  virtual Tunnel* tunnel() { return nullptr; }
  // No request is under way.
  virtual bool idle() const = 0;

  // GOAWAY frames that the peer has sent.
  virtual uint64_t goAways() const { return 0; }

  // Ends all that is under way as the client's own decision.
  void close(Ending how);
  virtual void giveUp() = 0;

  Conn& conn() { return conn_; }
  // A record that was dropped has long ended.
  bool pending(uint64_t request) const {
    return env_.ledger.requests.has(request) && env_.ledger.requests.at(request).outcome == RequestOutcome::kPending;
  }
  std::string_view authority() const { return authority_; }
  // Ended by the peer.
  bool ended() const { return conn_.peerEnded(); }

  std::string name;
  bool endNoted = false;  // by the client, for expectations

 protected:
  virtual void begin() {}
  void noteConnected();
  RequestRecord& newRequest(std::string_view method, std::string_view path, SeenResponse* seen);
  RequestRecord& newRequest(const RequestStep& step, SeenResponse* seen);
  // It never leaves: the connection is of no use.
  void endUnsent(RequestRecord& record);

  const ActorEnv& env_;
  std::function<void()> changed_;
  Conn conn_;
  uint64_t connection_ = 0;  // in the ledger

 private:
  std::string authority_;
  uint64_t index_ = 0;
};

}  // namespace orrery::sim
