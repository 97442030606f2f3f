#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "sim/actors/actor_env.h"
#include "sim/actors/conn.h"
#include "sim/actors/http2_wire.h"
#include "sim/ledger/body.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// What OriginConn is when its peer speaks HTTP/2: every stream is a request, and standing behaviour answers all of them at
// the same time. Scripted steps take the oldest request that has not been answered.
//
// Lifetime: the connection's. Threading, re-entry: as OriginConn.
class Http2Origin final : private Http2Wire::Delegate {
 public:
  // `end` ends the connection as a step says.
  Http2Origin(const ActorEnv& env, Conn& conn, uint64_t connection, const std::function<void()>& changed,
              std::function<void(Ending)> end);
  ~Http2Origin();

  void feed(std::string_view data);
  void serve(const AnswerStep* standing);
  bool hasRequest(bool whole) const;
  void answer(const AnswerStep& step);
  bool busy() const { return scripted_ != nullptr; }
  void inform(const InformStep& step);
  void sendRaw(std::string_view bytes);
  // kGoAway, kResetStream.
  void end(Ending how);
  void onWritten();
  // What was not answered never will be.
  void lose();

 private:
  struct Exchange;

  void onHead(uint32_t stream, const WireHead& head) override;
  void onBody(uint32_t stream, std::string_view bytes) override;
  void onEnd(uint32_t stream) override;
  void onReset(uint32_t stream, http2::ErrorCode code) override;
  void onGoAway(uint32_t, http2::ErrorCode) override {}
  void onSent(uint32_t stream) override;
  void onBroken(const std::string& why) override;

  Exchange* find(uint32_t stream);
  AttemptRecord& record(const Exchange& e) const;
  void start(Exchange& e, const AnswerStep& step);
  void begin(Exchange& e);
  void sendPart(Exchange& e);
  void onTimer(Exchange& e);
  void arm(Exchange& e, Duration after);
  void allSent(Exchange& e);
  void lose(Exchange& e);
  void release(Exchange& e);
  void flush();

  const ActorEnv& env_;
  Conn& conn_;
  const uint64_t connection_;  // in the ledger
  const std::function<void()>& changed_;
  std::function<void(Ending)> end_;
  Http2Wire wire_{Http2Wire::Side::kServer, *this};
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::vector<std::unique_ptr<Exchange>> spare_;  // with their timers
  std::deque<Exchange*> waiting_;                 // not being answered, oldest first
  Exchange* scripted_ = nullptr;
  const AnswerStep* standing_ = nullptr;
  uint64_t index_ = 0;
  bool raw_ = false;
};

}  // namespace orrery::sim
