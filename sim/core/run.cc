#include "sim/core/run.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "sim/core/events.h"

namespace orrery::sim {

struct Run::HarnessEvent {
  HarnessEvent(Run& run, std::function<void()> f) : owner(run), fn(std::move(f)) {}
  ~HarnessEvent() { owner.queue_.cancel(event); }
  void fire() {
    auto f = std::move(fn);
    f();
  }
  Run& owner;
  std::function<void()> fn;
  Event event{Delegate<void()>::to<&HarnessEvent::fire>(this)};
};

std::string_view runEndName(RunEnd end) {
  switch (end) {
    case RunEnd::kQuiet: return "quiet";
    case RunEnd::kNothingLeft: return "nothing_left";
    case RunEnd::kTimeReached: return "time_reached";
    case RunEnd::kStopped: return "stopped";
    case RunEnd::kFailed: return "failed";
  }
  return "unknown";
}

Run::Run(Pools& pools, RunOptions options)
    : pools_(pools),
      options_(std::move(options)),
      trace_(options_.recorder),
      chooser_(trace_, names_, options_.strategy),
      scheduler_(pools.stacks, queue_, chooser_, trace_),
      livelockAt_(options_.livelockCallbacks) {
  announceThreads();
  names_.keepAll = options_.names || options_.recorder != nullptr;
  trace_.hash().keepCheckpoints(options_.checkpoints);
  scheduler_.setOnDeadlock([this](const auto& cycle) {
    std::string message;
    for (size_t i = 0; i < cycle.size(); ++i) {
      message += names_.path(cycle[i]->id()) + " waits for a mutex that " +
                 names_.path(cycle[(i + 1) % cycle.size()]->id()) + " holds" + (i + 1 < cycle.size() ? ", " : "");
    }
    fail("deadlock", cycle.front()->id(), std::move(message));
  });
  if (options_.lockOrder) {
    scheduler_.setOnLockOrder([this](EntityId thread, EntityId other) {
      fail("lock-order", thread,
           names_.path(thread) + " takes a mutex while it holds another; " + names_.path(other) +
               " took them in the opposite order, so each can wait for the other for ever");
    });
  }
  if (options_.listQuestions) chooser_.listQuestions();
  if (options_.coverage) trace_.keepCoverage();
  if (options_.order) trace_.keepOrder();
}

Run::~Run() {
  if (!finished_) finish();
  harnessEvents_.clear();
}

RunEnd Run::runUntilQuiet(TimePoint limit) { return turn(limit, true); }
RunEnd Run::runUntil(TimePoint at) { return turn(at, false); }
RunEnd Run::run(TimePoint limit) { return turn(limit, false); }

RunEnd Run::turn(TimePoint limit, bool untilQuiet) {
  scheduler_.announceHarnessLeaves();
  const RunEnd end = loop(limit, untilQuiet);
  scheduler_.announceHarnessReturns();
  return end;
}

RunEnd Run::loop(TimePoint limit, bool untilQuiet) {
  const SimulatorCode scope;
  ORRERY_ASSERT(scheduler_.current() == nullptr && !finished_, "the harness runs the world, and only until finish()");
  if (failure_) return RunEnd::kFailed;
  stopRequested_ = false;
  const TimePoint end = TimePoint() + options_.timeLimit;
  const int64_t until = std::min(limit, end).inNanoseconds();
  scheduler_.setHorizon(until);
  for (;;) {
    if (stopRequested_) [[unlikely]]
      return failure_ ? RunEnd::kFailed : RunEnd::kStopped;
    if (scheduler_.anyRunnable()) {
      scheduler_.runOne();
      continue;
    }
    if (untilQuiet && queue_.work() == 0) return RunEnd::kQuiet;
    const int64_t next = queue_.nextTime();
    if (next > until) {
      if (next == EventQueue::kNever && limit == TimePoint::max()) return RunEnd::kNothingLeft;
      if (limit > end) {
        fail("time-limit", 0, "the run did not end within its limit of virtual time");
        return RunEnd::kFailed;
      }
      setNow(until);
      return RunEnd::kTimeReached;
    }
    if (trace_.hash().count() > options_.eventLimit) {
      fail("event-limit", 0,
           "the run did not end within its limit of " + std::to_string(options_.eventLimit) + " events");
      continue;
    }
    // Everything of one instant happens before any thread runs at it: a loop that wakes sees all of it, as one poll would.
    setNow(next);
    do {
      queue_.fireFirst();
    } while (queue_.nextTime() == next);
  }
}

void Run::stop() {
  stopRequested_ = true;
  scheduler_.setHorizon(-1);  // no thread moves the clock by itself any more
}

void Run::fail(std::string_view check, EntityId entity, std::string message) {
  if (!failure_) failure_ = Failure{std::string(check), names_.path(entity), std::move(message), now()};
  stop();
}

void Run::at(TimePoint when, std::function<void()> fn, bool background) {
  const SimulatorCode scope;
  std::erase_if(harnessEvents_, [](const auto& e) { return e->fn == nullptr && !e->event.filed(); });
  harnessEvents_.push_back(std::make_unique<HarnessEvent>(*this, std::move(fn)));
  queue_.file(harnessEvents_.back()->event, std::max(when, now()).inNanoseconds(), !background);
}

LogicalThread& Run::spawn(Name name, uint64_t index, EntityId parent, std::move_only_function<void()> body) {
  return scheduler_.spawn(names_.childKept(parent, name, index), std::move(body));
}

bool Run::finish() {
  const SimulatorCode scope;
  if (finished_) return true;
  finished_ = true;
  return scheduler_.cancelAll();
}

void Run::deadlinePassed() {
  // A timer that is armed again for (almost) now is no progress: it would hide a livelock. An iteration takes a nanosecond, so that
  // in this time a loop in circles reaches the limit of callbacks.
  if (now() - lastDeadline_ < Duration::microseconds(100)) return;
  lastDeadline_ = now();
  idleCallbacks_ = 0;
}

bool Run::livelocked() {
  if (!failure_) {
    std::string message = std::to_string(idleCallbacks_) + " callbacks without progress; the last were";
    const size_t n = std::min(recentAt_, recent_.size());
    for (size_t i = 0; i < n; ++i) {
      const Callback& c = recent_[(recentAt_ - n + i) % recent_.size()];
      message += i == 0 ? " " : ", ";
      message += names_.path(c.entity) + " " + std::string(c.what);
    }
    fail("livelock", recent_[(recentAt_ - 1) % recent_.size()].entity, std::move(message));
  }
  return false;
}

}  // namespace orrery::sim
