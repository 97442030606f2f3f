#pragma once

#include <string_view>

#include "proxy/events/events.h"

namespace orrery::events {

enum class LogLevel : uint8_t { kTrace, kDebug, kInfo, kWarning, kError, kCritical };

// Where the proxy's trace events go. Production without tracing has a sink that wants nothing; callers then skip the
// work of filling a struct.
//
// Threading: events of one worker come from that worker's thread; an implementation for several real threads locks.
// Re-entry: a sink does not call back into the proxy.
class Sink {
 public:
  virtual ~Sink() = default;

  // False: nobody looks at trace events, do not build them.
  bool wantsTrace() const { return wantsTrace_; }

  virtual void emit(const ConnectionAccepted&) {}
  virtual void emit(const ConnectionClosed&) {}
  virtual void emit(const RequestStarted&) {}
  virtual void emit(const RequestFinished&) {}
  virtual void emit(const AttemptStarted&) {}
  virtual void emit(const AttemptFinished&) {}
  virtual void emit(const UpstreamConnected&) {}
  virtual void emit(const UpstreamClosed&) {}
  // Operator-facing text (start-up, shutdown, errors); rare, never per request.
  virtual void log(LogLevel, std::string_view /*component*/, std::string_view /*message*/) {}

 protected:
  explicit Sink(bool wantsTrace = false) : wantsTrace_(wantsTrace) {}

 private:
  bool wantsTrace_;
};

}  // namespace orrery::events
