#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "proxy/dns/resolver.h"
#include "sim/actors/actor_env.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// What came of a step `resolve`.
struct SeenLookup {
  bool done = false;
  dns::Resolution found;
  TimePoint askedAt;
  TimePoint at = TimePoint::max();
};

// What one actor asks name servers: the stub resolver that the proxy has (proxy/dns), one with its cache for each server.
// Lifetime: the env outlives it; destruction cancels. Threading: the dispatcher's.
class Lookups {
 public:
  // `changed`: a lookup is done; from the resolver's callback.
  Lookups(const ActorEnv& env, std::function<void()> changed) : env_(env), changed_(std::move(changed)) {}

  // Under the step's name, or none; the result stays until this dies.
  const SeenLookup& ask(const ResolveStep& step, const io::Address& server);
  // By name; null: no such step was begun.
  const SeenLookup* seen(const std::string& name) const;

 private:
  struct Asked {
    SeenLookup seen;
    std::unique_ptr<dns::Lookup> lookup;
  };
  const ActorEnv& env_;
  std::function<void()> changed_;
  std::map<std::string, std::unique_ptr<dns::Resolver>> resolvers_;  // by host
  std::map<std::string, Asked> asked_;                               // by name; "" the last one without
};

}  // namespace orrery::sim
