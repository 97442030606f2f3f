#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "sim/actors/actor_env.h"
#include "sim/actors/conn.h"
#include "sim/actors/http2_origin.h"
#include "sim/actors/tunnel.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// An origin's connection: requests are read strictly and entered in the ledger as attempts, answers are written as steps say.
// A state machine; scripted origins drive one at a time, standing behaviour runs on all at once. It speaks HTTP/1, or HTTP/2
// to a peer that begins with its preface.
//
// Lifetime, threading: as Conn. Re-entry: `changed` may call anything here.
class OriginConn final : private Conn::Delegate {
 public:
  OriginConn(const ActorEnv& env, std::function<void()> changed);

  void adopt(std::unique_ptr<io::Stream> stream);
  // From now on this is done, without being asked again.
  void serve(const Step& standing);

  // A request whose head has been read and that has not been answered; `whole`: with its body.
  bool hasRequest(bool whole) const;
  // Answers the first one; until answered() the connection is busy with it.
  void answer(const AnswerStep& step);
  bool busy() const { return http2_ != nullptr ? http2_->busy() : step_ != nullptr; }
  // HTTP/2: reads what the peer says of windows while it answers.
  bool multiplexed() const { return http2_ != nullptr; }
  void inform(const InformStep& step);
  // Bytes as they stand; they count as the answer to the first request, if there is one.
  void sendRaw(std::string_view bytes);
  // What comes is no HTTP from the first byte on. Only while nothing was read.
  void takeRaw();
  Tunnel& tunnel() { return tunnel_; }
  void close(Ending how);

  Conn& conn() { return conn_; }
  bool over() const { return !conn_.open(); }

 private:
  void onData(std::string_view data) override;
  void onWritten() override;
  void onEnd() override { lost(); }
  void onBroken(io::IoError) override { lost(); }

  AttemptRecord& front() { return env_.ledger.attempts.at(waiting_.front()); }
  void onHttp1(std::string_view data);
  void onHead();
  void lost();
  void lose();
  void standingNext();
  void begin();
  void putHead(uint64_t nonce);
  void sendPart();
  void allSent();
  void onTimer();
  void armTimer(Duration after);

  const ActorEnv& env_;
  std::function<void()> changed_;
  Conn conn_;
  std::string first_;     // what may become the preface of HTTP/2
  bool decided_ = false;  // which protocol it is
  std::unique_ptr<Http2Origin> http2_;
  // HTTP/1:
  WireReader reader_{WireReader::Kind::kRequest};
  BodyDigest digest_;
  std::deque<uint64_t> waiting_;  // attempts read (the last one perhaps in part) and not answered
  uint64_t reading_ = 0;          // the attempt whose body is being read
  const Step* standing_ = nullptr;
  const AnswerStep* step_ = nullptr;  // being carried out, for waiting_.front()
  uint32_t part_ = 0;
  uint64_t endAt_ = UINT64_MAX;  // value of Conn::written() at which the answer is handed over
  bool hasBody_ = false;
  std::string scratch_;
  // The head of the answer that was given last, around its nonce: all that differs from one to the next.
  const AnswerStep* headOf_ = nullptr;
  std::string beforeNonce_;
  std::string afterNonce_;
  std::unique_ptr<io::Timer> timer_;
  Tunnel tunnel_;
  uint64_t connection_ = 0;
  uint64_t index_ = 0;
  bool rawSent_ = false;  // bytes of the story's own: whatever is answered behind them may be taken for another answer
  TimePoint firstByteAt_;
};

}  // namespace orrery::sim
