#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/actors/actor_env.h"
#include "sim/actors/client_conn.h"
#include "sim/actors/conn.h"
#include "sim/actors/http2_wire.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// What a client has under way on one HTTP/2 connection: its streams, and what each leaves in the ledger.
//
// Lifetime: the owner's, with the connection. Threading: the connection's. Re-entry: the owner is told inside feed(), cancel()
// and endAll(); it may begin requests then.
class ClientStreams final : private Http2Wire::Delegate {
 public:
  class Owner {
   public:
    // `body` is null if no head came.
    virtual void onStreamEnded(RequestRecord& record, RequestOutcome outcome, const BodyDigest* body) = 0;

   protected:
    ~Owner() = default;
  };

  ClientStreams(const ActorEnv& env, Conn& conn, Owner& owner) : env_(env), conn_(conn), owner_(owner) {}

  // The connection is a new one: preface and settings. Nothing may be under way.
  void begin();
  void feed(std::string_view data) { wire_->feed(data); }
  // What there is to say goes to the kernel. After anything here that says something.
  void flush();
  // The story writes frames of its own.
  void noteRaw(std::string_view frames) { wire_->noteRaw(frames); }
  // The connection has written more.
  void noteWritten();

  bool usable() const { return wire_.has_value() && conn_.usable() && !wire_->goneAway(); }
  // The peer's settings allow one more.
  bool mayOpen() const { return wire_->mayOpen(); }
  size_t underWay() const { return exchanges_.size(); }
  uint64_t goAways() const { return goAways_; }

  // `seen` may be null. `end`: it has no body.
  void open(uint64_t request, SeenResponse* seen, const std::vector<HeaderField>& fields, bool end);
  void sendBody(uint64_t request, std::string_view bytes, bool last);
  // Resets its stream. False: it is not under way here.
  bool cancel(uint64_t request);
  void endAll(RequestOutcome outcome);

 private:
  struct Exchange {
    uint64_t request;
    SeenResponse* seen;
    uint32_t stream;
    uint64_t endAt = UINT64_MAX;  // value of Conn::written() at which it is wholly sent; UINT64_MAX while not known
    bool endQueued = false;
    bool headSeen = false;
    BodyDigest digest;
  };

  void onHead(uint32_t stream, const WireHead& head) override;
  void onBody(uint32_t stream, std::string_view bytes) override;
  void onEnd(uint32_t stream) override { end(stream, RequestOutcome::kComplete); }
  void onReset(uint32_t stream, http2::ErrorCode) override { end(stream, RequestOutcome::kReset); }
  void onGoAway(uint32_t, http2::ErrorCode) override { ++goAways_; }
  void onSent(uint32_t stream) override;
  void onBroken(const std::string& why) override;

  // Null: a stream that raw bytes have opened, or one that is over.
  Exchange* ofStream(uint32_t stream);
  Exchange* ofRequest(uint64_t request);
  void end(uint32_t stream, RequestOutcome outcome);

  const ActorEnv& env_;
  Conn& conn_;
  Owner& owner_;
  std::optional<Http2Wire> wire_;
  std::vector<Exchange> exchanges_;
  std::string bytes_;  // kept for its memory
  uint64_t goAways_ = 0;
};

}  // namespace orrery::sim
