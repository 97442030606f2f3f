#pragma once

#include <string_view>

#include "sim/ledger/ledger.h"

namespace orrery::sim {

struct RequestStep;

// Who watches the actors: the checks, and the world that draws charts. Called when a record of the ledger has just changed.
class ActorObserver {
 public:
  // The actor `host` begins a step of its story.
  virtual void onStep(std::string_view /*host*/, std::string_view /*text*/) {}
  // `step` is what the story asked for, null for raw bytes; `authority` its default host. Both outlive the run's actors.
  virtual void onRequestStarted(const RequestRecord&, const RequestStep* /*step*/, std::string_view /*authority*/) {}
  virtual void onRequestEnded(const RequestRecord&) {}
  // The head of a request was read; the attempt's request is known.
  virtual void onAttempt(const AttemptRecord&) {}
  // The origin handed over its whole response, or the connection was lost.
  virtual void onAttemptEnded(const AttemptRecord&) {}
  // A peer did what is never right: bytes that are not HTTP, bytes that answer nothing.
  virtual void onViolation(std::string_view /*check*/, std::string_view /*host*/, std::string_view /*message*/) {}

 protected:
  ~ActorObserver() = default;
};

}  // namespace orrery::sim
