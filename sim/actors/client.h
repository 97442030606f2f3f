#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/actors/actor.h"
#include "sim/actors/client_conn.h"
#include "sim/actors/load.h"
#include "sim/actors/lookups.h"

namespace orrery::sim {

// A scripted client; also the raw-byte peer. At the end of its story it closes its connections.
class Client final : public Actor {
 public:
  Client(const ActorEnv& env, const Story& story, std::function<void()> onDone);
  ~Client() override;

  void stop() override;
  // By the name of the request; null: no step has that name.
  const SeenResponse* seen(const std::string& name) const;
  const SeenLookup* seenLookup(const std::string& name) const { return lookups_.seen(name); }

 private:
  bool step(const Step& step) override;
  void finish() override;

  bool run(const ConnectStep& s);
  bool run(const UseStep& s);
  bool run(const RequestStep& s);
  bool run(const LoadStep& s);
  bool run(const ExpectChangeStep& s) { return expectChange(s); }
  bool run(const CancelStep& s);
  bool run(const ResolveStep& s);
  bool run(const WaitForResponseStep& s);
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
    return true;  // steps of origins: sim/script refuses them here
  }

  // The connection in use; a client that never connected has one that failed.
  ClientConn& current();
  ClientConn& addConn(bool http2);
  SeenResponse* seenSlot(const std::string& name);
  void changed();

  std::deque<std::unique_ptr<ClientConn>> conns_;
  ClientConn* current_ = nullptr;
  std::map<std::string, SeenResponse> seen_;
  // All of them, to the end: the last response of one resumes the story inside that load's own callback.
  std::vector<std::unique_ptr<Load>> loads_;
  Lookups lookups_{env_, [this] { wake(); }};
};

}  // namespace orrery::sim
