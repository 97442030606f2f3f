#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"
#include "sim/core/chooser.h"
#include "sim/core/event_queue.h"
#include "sim/core/names.h"
#include "sim/core/pools.h"
#include "sim/core/race_detector.h"
#include "sim/core/scheduler.h"
#include "sim/core/trace.h"

namespace orrery::sim {

struct RunOptions {
  Strategy strategy = Strategy::plain();
  // Everything that happens is kept for charts; names of all entities are then kept too.
  EventRecorder* recorder = nullptr;
  // Keep the texts of all entity paths (deviations then have readable keys).
  bool names = false;
  // Keep all choices that are asked (Chooser::takeQuestions), for searches.
  bool listQuestions = false;
  // Keep what was reached (Trace::coverage) and in which order (Trace::order), likewise. Neither changes the hash.
  bool coverage = false;
  bool order = false;
  // Rolling hash every 64 events, for comparing runs; off for long load runs.
  bool checkpoints = true;
  // Mutexes taken in orders that contradict each other are a failure (check "lock-order"), before they are a deadlock.
  bool lockOrder = false;
  // Beyond these the run fails.
  Duration timeLimit = Duration::seconds(30 * 24 * 3600);
  uint64_t eventLimit = 200'000'000;  // events and choices
  // Callbacks without progress that are a livelock, for a world without connections; each open connection adds some.
  uint64_t livelockCallbacks = 20'000;
  // Wall time at the start of virtual time: 2026-01-01T00:00:00Z.
  WallTime wallStart = WallTime::fromUnixNanoseconds(1'767'225'600'000'000'000);
};

// Why a run is broken: the first thing that was.
struct Failure {
  std::string check;   // "livelock", "at-most-once", ...
  std::string entity;  // path
  std::string message;
  TimePoint at;
};

enum class RunEnd : uint8_t {
  kQuiet,        // runUntilQuiet(): nothing is under way but timers and clean-up
  kNothingLeft,  // no event will ever happen
  kTimeReached,  // the instant given
  kStopped,      // stop()
  kFailed,       // failure() says why
};
std::string_view runEndName(RunEnd end);

// One simulated world on one OS thread: virtual time, logical threads, choices, and the hash of all that happens.
//
//   Pools pools;                      // one per OS thread, kept
//   Run run(pools, options);
//   Net net(run, netPools); Host& host = net.addHost(...);          (sim/net)
//   SimEnvironment env(run, host);                                  (sim/io)
//   run.spawn(...) / env ... ; run.runUntilQuiet(); ... ; run.finish();
//
// Lifetime: pools and everything given in the options outlive it; finish() before anything that its threads use dies.
// Threading: one OS thread. Errors: fail(). Re-entry: the run...() functions are called by the harness only, not by threads.
class Run {
 public:
  Run(Pools& pools, RunOptions options);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Time. Starts at 0 and moves only between callbacks.
  TimePoint now() const { return trace_.now(); }
  WallTime wallNow() const { return options_.wallStart + (now() - TimePoint()); }

  // Running, by the harness. Each returns at the first reason to.
  RunEnd runUntilQuiet(TimePoint limit = TimePoint::max());
  RunEnd runUntil(TimePoint at);
  RunEnd runFor(Duration d) { return runUntil(now() + d); }
  // Until stop(), a failure, or nothing is left; `limit` bounds virtual time.
  RunEnd run(TimePoint limit = TimePoint::max());
  // Something is under way: a runnable thread, a segment in flight, a retry, a late loop.
  bool quiet() const { return !scheduler_.anyRunnable() && queue_.work() == 0; }
  // The instant of the next event of any kind, or TimePoint::max().
  TimePoint nextEventAt() const { return TimePoint::fromNanoseconds(queue_.nextTime()); }

  // From anywhere inside: ends the current run...() call after the running callback.
  void stop();
  // The first failure counts; stops.
  void fail(std::string_view check, EntityId entity, std::string message);
  const std::optional<Failure>& failure() const { return failure_; }

  // Calls `fn` at an instant, outside all threads (fault rules, harness). Work unless `background`.
  void at(TimePoint when, std::function<void()> fn, bool background = false);

  // Threads.
  LogicalThread& spawn(Name name, uint64_t index, EntityId parent, std::move_only_function<void()> body);
  Scheduler& scheduler() { return scheduler_; }
  // Ends all threads. False: one was stuck and had to be abandoned (after a livelock); what it refers to must be leaked.
  bool finish();

  // Parts.
  Chooser& chooser() { return chooser_; }
  const Chooser& chooser() const { return chooser_; }
  Names& names() { return names_; }
  EventQueue& queue() { return queue_; }
  Trace& trace() { return trace_; }
  Pools& pools() { return pools_; }
  template <class E>
  void emit(EntityId entity, const E& event) {
    const SimulatorCode scope;
    trace_.emit(entity, event);
  }
  uint64_t hash() const { return trace_.hash().value(); }

  // Livelock detection. Progress: bytes accepted by an application, a request begun or ended, a deadline passed.
  void progress() { idleCallbacks_ = 0; }
  void deadlinePassed();
  // A callback or an iteration ran, for `entity`. False: no progress for too long; the run has failed and the caller, if it
  // cannot return to its loop, must abandon its thread.
  bool countCallback(EntityId entity, std::string_view what) {
    recent_[recentAt_++ % recent_.size()] = {entity, what};
    if (HappensBefore* order = trace_.order()) [[unlikely]]
      order->event(trace_.thread(), entity, 0);
    if (++idleCallbacks_ <= livelockAt_) [[likely]]
      return true;
    return livelocked();
  }
  void connectionOpened() { livelockAt_ += kCallbacksPerConnection; }
  void connectionClosed() { livelockAt_ -= kCallbacksPerConnection; }

 private:
  static constexpr uint64_t kCallbacksPerConnection = 64;
  struct Callback {
    EntityId entity = 0;
    std::string_view what;
  };
  struct HarnessEvent;

  RunEnd turn(TimePoint limit, bool untilQuiet);
  RunEnd loop(TimePoint limit, bool untilQuiet);
  bool livelocked();
  void setNow(int64_t ns) { trace_.setNow(TimePoint::fromNanoseconds(ns)); }

  Pools& pools_;
  RunOptions options_;
  Trace trace_;
  Names names_;
  Chooser chooser_;
  EventQueue queue_;
  Scheduler scheduler_;
  std::optional<Failure> failure_;
  bool stopRequested_ = false;
  bool finished_ = false;
  std::vector<std::unique_ptr<HarnessEvent>> harnessEvents_;
  uint64_t idleCallbacks_ = 0;
  uint64_t livelockAt_;
  TimePoint lastDeadline_;
  std::array<Callback, 16> recent_{};
  size_t recentAt_ = 0;
};

}  // namespace orrery::sim
