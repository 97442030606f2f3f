#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/base/delegate.h"
#include "proxy/base/time.h"
#include "proxy/base/timer_queue.h"

namespace orrery::io {

class Dispatcher;

// What a timer is for: names it in traces and choices, and will carry the scaling rule of the overload manager. A closed
// list; add a row at its end (runs are hashed by number) and its name in timer.cc.
enum class TimerKind : uint8_t {
  kConnectionIdle,         // common idle_timeout, downstream
  kDrain,                  // drain_timeout
  kDelayedClose,           // delayed_close_timeout
  kStreamIdle,             // stream_idle_timeout
  kRequestHeaders,         // request_headers_timeout
  kRequest,                // request_timeout
  kMaxStreamDuration,      // max_stream_duration
  kMaxConnectionDuration,  // max_connection_duration
  kConnect,                // cluster connect_timeout
  kUpstreamIdle,           // common idle_timeout, upstream
  kRoute,                  // route timeout
  kPerTry,                 // per_try_timeout
  kPerTryIdle,             // per_try_idle_timeout
  kRetryBackoff,           // retry back-off
  kFileFlush,              // access-log file flush interval
  kServerDrain,            // --drain-time-s
  kAcceptRetry,            // a listener looks again after descriptors ran out
  kActor,                  // a scripted actor waits
  kHarness,                // tests and tools
  kFault,                  // fault filter: an injected delay
  kRateLimit,              // fault, bandwidth_limit: the next slice of a body
  kAccessLog,              // access_log_flush_interval
  kHttp2Keepalive,         // connection_keepalive: the next PING
  kHttp2KeepaliveTimeout,  // connection_keepalive: its answer
  kStreamFlush,            // stream_flush_timeout
  kDns,                    // a name server's answer is awaited
};
std::string_view timerKindName(TimerKind kind);

// A one-shot timer. Arming again replaces the deadline; O(1) for a later one, a small heap otherwise, never a kernel
// call. Equal deadlines fire in arming order (in simulation the order of ties is a choice). A deadline of now or earlier
// fires in the next iteration's walk over due timers at the earliest: never inside arm().
//
// Lifetime: destruction disarms; it may be destroyed inside its own callback. Threading: its dispatcher.
class Timer : private TimerQueue::Entry {
 public:
  Timer(Dispatcher& dispatcher, TimerKind kind, Delegate<void()> callback);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm(Duration after);
  void armAt(TimePoint deadline);
  void disarm();
  bool armed() const { return Entry::armed(); }
  TimePoint deadline() const { return Entry::deadline(); }
  TimerKind kind() const { return kind_; }
  // In a simulated world, who it is (Dispatcher::cause()); 0 elsewhere.
  uint64_t entity() const { return entity_; }

 private:
  friend class Dispatcher;
  Dispatcher& dispatcher_;
  Delegate<void()> callback_;
  uint64_t entity_;
  TimerKind kind_;
  bool inTieBatch_ = false;
  bool held_ = false;
};

}  // namespace orrery::io
