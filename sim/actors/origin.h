#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "proxy/base/status.h"
#include "sim/actors/actor.h"
#include "sim/actors/origin_conn.h"
#include "sim/scenario/scenario.h"

namespace orrery::sim {

// A scripted origin: listens on its host's ports, carries out its story on one connection after the other, and then its
// standing behaviour, if it has one, on all of them.
class Origin final : public Actor, private io::ListenerCallbacks {
 public:
  Origin(const ActorEnv& env, const HostSpec& host, const Story& story, std::function<void()> onDone);
  ~Origin() override;

  // On the dispatcher, before the proxy runs: listens, unless the story begins with `refuse`. The error names the address.
  Status open();
  void stop() override;
  // Its host crashes, and starts again: what it listened on is gone, and is listened on anew. Connections are found broken,
  // and the story goes on where it was.
  void crashed();
  // Where no kernel of its own goes down with it: its connections are gone.
  void breakConnections();
  void restarted();
  // Sleeping on its own account, so that more will happen without anybody asking.
  bool hasPlans() const { return sleeping_; }

 private:
  bool step(const Step& step) override;
  void finish() override;
  void onAccept(std::unique_ptr<io::Stream> stream) override;
  void onAcceptError(io::IoError) override {}

  bool run(const AcceptStep& s);
  bool run(const ReadRequestStep& s);
  bool run(const AnswerStep& s);
  bool run(const InformStep& s);
  bool run(const NeverAnswerStep& s);
  Status listenAll();
  bool run(const ListenStep& s);
  bool run(const ExpectChangeStep& s) { return expectChange(s); }
  bool run(const SendRawStep& s);
  bool run(const ExpectBytesStep& s);
  bool run(const KeepOpenStep& s);
  bool run(const WaitStep& s);
  bool run(const WaitForCloseStep& s);
  bool run(const EndStep& s);
  bool run(const ReadingStep& s);
  bool run(const ConditionStep& s);
  bool run(const WaitUntilStep& s);
  template <class Other>
  bool run(const Other&) {
    return true;  // steps of clients: sim/script refuses them here
  }

  Status openSockets();
  OriginConn& freeConn();
  // Waits for a request on the connection in use, or on the next one if that has ended.
  bool waitForRequest(bool whole);
  void beginStanding(const Step& step);
  void setAccepting(bool on);
  void noteEnd(OriginConn& conn);

  const HostSpec& host_;
  std::vector<std::shared_ptr<io::ListenSocket>> sockets_;
  std::vector<std::unique_ptr<io::Listener>> listeners_;
  std::deque<std::unique_ptr<OriginConn>> conns_;
  std::deque<OriginConn*> queue_;  // accepted by the kernel's leave, not taken by a step yet
  OriginConn* current_ = nullptr;
  const Step* standing_ = nullptr;
  bool accepting_ = false;
  bool sleeping_ = false;
  bool listened_ = false;  // when the host crashed
};

}  // namespace orrery::sim
