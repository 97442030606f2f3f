#pragma once

#include <cstdint>
#include <memory>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/task.h"
#include "proxy/net/connection.h"

namespace orrery::net {

class Session;

class SessionOwner {
 public:
  // The session's connection has ended; the owner hands the session to deferDelete.
  virtual void onSessionEnd(Session& session) = 0;

 protected:
  ~SessionOwner() = default;
};

// An accepted connection together with what serves it (the connection manager, a TCP proxy): one object per downstream
// connection.
//
// Lifetime: owned by the listener that accepted it; ends through SessionOwner::onSessionEnd() or with its listener.
// Threading: its worker.
class Session : public io::DeferredDeletable, public ListHook<Session> {
 public:
  // Starts to read; callbacks may come from the next iteration on.
  virtual void start() = 0;
  // The listener goes: close at once. onSessionEnd() follows in the same iteration.
  virtual void closeNow() = 0;

 private:
  friend class ActiveListener;
  TimePoint acceptedAt_;
};

// The compiled filter chain of one listener on one worker.
class SessionFactory {
 public:
  virtual ~SessionFactory() = default;
  virtual std::unique_ptr<Session> newSession(std::unique_ptr<Connection> connection, uint64_t connectionId,
                                              SessionOwner& owner) = 0;
};

}  // namespace orrery::net
