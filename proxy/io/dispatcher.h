#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/base/intrusive_list.h"
#include "proxy/base/time.h"
#include "proxy/base/timer_queue.h"
#include "proxy/io/address.h"
#include "proxy/io/datagram.h"
#include "proxy/io/io_error.h"
#include "proxy/io/listener.h"
#include "proxy/io/readiness.h"
#include "proxy/io/socket_options.h"
#include "proxy/io/stream.h"
#include "proxy/io/task.h"
#include "proxy/io/timer.h"

namespace orrery::io {

// The event loop of one logical thread, and the door through which that thread reaches the world.
//
// The iteration contract, the same code for every back end (they only wait, collect edges and say what time it is):
//   1. wait for the kernel, a post, or the next deadline; not at all if something waits for the next iteration;
//   2. take now() once; it does not change until the next iteration;
//   3. ready sources, in kernel order, each with closed/error, writable, readable in one callback;
//   4. tasks of scheduleNext(), then timers due at that now() by (deadline, arming number); a task scheduled or a timer
//      armed since step 1 waits for the next iteration;
//   5. posts and tasks of schedule() until none is left (those made meanwhile too), then flushes in the order of
//      scheduleFlush(), then deferred deletes; again from the top of 5 while any of these made more.
//
// No callback is made before the call that registered it returns, nor after the destruction of what it belongs to.
// Lifetime: outlives everything made with it. Threading: one logical thread; post() and exit() from any.
class Dispatcher {
 public:
  using PostFn = std::move_only_function<void()>;

  virtual ~Dispatcher() = default;
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Monotonic, constant within one iteration.
  TimePoint now() const { return now_; }
  // For logs, certificates, cache ages; constant within one iteration too.
  virtual WallTime wallNow() const = 0;

  // Any thread. Runs in order of arrival.
  virtual void post(PostFn fn) = 0;
  // At the end of this iteration / of the next one (after another poll of the kernel). Idempotent while scheduled.
  void schedule(Task& task) { queue(tasks_, task); }
  void scheduleNext(Task& task) { queue(nextTasks_, task); }
  // For connections with bytes to send: after posts and tasks, before deferred deletes, in order of the first call.
  void scheduleFlush(Task& task) { queue(flushes_, task); }
  void deferDelete(std::unique_ptr<DeferredDeletable> object) { deferred_.push_back(std::move(object)); }

  // Starts to connect. The result is delivered as readiness (writable or error), then Stream::takeError() tells; an
  // error that the kernel gives at once (no free port, no route, bad bind address) is returned.
  virtual std::expected<std::unique_ptr<Stream>, IoError> connect(const Address& to, const SocketOptions& options) = 0;
  // Starts to accept from `socket` here. Callbacks outlive the listener.
  virtual std::unique_ptr<Listener> listen(std::shared_ptr<ListenSocket> socket, ListenerCallbacks& callbacks) = 0;
  virtual std::expected<std::unique_ptr<Datagram>, IoError> openDatagram(const Address& bind) = 0;
  // Takes over a stream that another dispatcher released.
  virtual std::unique_ptr<Stream> adopt(std::unique_ptr<StreamHandle> handle) = 0;

  // Runs iterations until exit(). The iteration in which exit() is seen is finished.
  virtual void run() = 0;
  virtual void exit() = 0;

  // Who acts now, in a simulated world: what is made meanwhile (timers, connections) is named after it. Back ends keep it;
  // a scripted actor sets its own name when it goes on. 0, and no effect, elsewhere.
  uint64_t cause() const { return cause_; }
  void setCause(uint64_t entity) { cause_ = entity; }
  virtual uint64_t nameActor(std::string_view /*name*/, uint64_t /*index*/) { return 0; }

  // Timers armed now; for "at rest" reports.
  size_t armedTimers() const { return timers_.armedCount(); }
  // Calls f(const Timer&) for each of them, in no order that means anything.
  template <class F>
  void forEachArmedTimer(F&& f) const {
    timers_.forEachArmed([&](const TimerQueue::Entry& e) { f(static_cast<const Timer&>(e)); });
  }

  // What was handed over to be deleted, now. For what a loop leaves behind that was ended inside an iteration (a run that failed): by
  // the owner of what these objects use, and by destructors of back ends, first of all, as they need a whole dispatcher to go.
  void destroyDeferred();

 protected:
  Dispatcher() = default;

  // Steps 2 to 5. The back end has collected edges (Readiness::noteEdge) before.
  void runIteration(TimePoint now);
  // True if step 1 must not wait.
  bool hasImmediateWork() const { return !ready_.empty() || !nextTasks_.empty(); }
  TimePoint nextDeadline() { return timers_.nextDeadline(); }
  void setNow(TimePoint now) { now_ = now; }

  // Step 5 takes the posts that arrived; order is arrival.
  virtual void takePosts(std::vector<PostFn>& out) = 0;

  // What only a simulated scheduler answers; a back end that does sets chooses_. Called when `n - 1` others are ready
  // behind the one named: how many of them go first?
  enum class OrderSite : uint8_t { kReady, kTimerTie };
  virtual size_t holdBehind(OrderSite, uint64_t /*entity*/, size_t /*n*/) { return 0; }
  // Names a timer by its cause (what runs now) and kind.
  virtual uint64_t nameTimer(TimerKind) { return 0; }
  // Tells a tracing back end what is about to run.
  virtual void onTimerFired(TimerKind, uint64_t /*entity*/) {}
  virtual void onTimerArmed(TimerKind, uint64_t /*entity*/, TimePoint /*deadline*/) {}
  bool chooses_ = false;
  // Who caused what runs now: the entity of the source or timer whose callback is active.
  uint64_t cause_ = 0;

 private:
  friend class Readiness;
  friend class Timer;
  void queue(IntrusiveList<Task>& list, Task& task) {
    if (task.linked()) return;
    task.cause_ = cause_;
    list.pushBack(task);
  }
  void runTask(Task& task) {
    cause_ = task.cause_;
    task.run_();
  }
  void deliverReady();
  void runDueTimers(uint64_t numberLimit);
  void runTimerTies(uint64_t numberLimit);
  void fire(Timer& timer);
  void finishIteration();
  void destroyTurn();
  void forgetTimer(Timer& timer);

  TimePoint now_;
  TimerQueue timers_;
  IntrusiveList<Readiness> ready_;
  IntrusiveList<Task> tasks_;
  IntrusiveList<Task> nextTasks_;
  IntrusiveList<Task> flushes_;
  std::vector<std::unique_ptr<DeferredDeletable>> deferred_;
  std::vector<std::unique_ptr<DeferredDeletable>> dying_;
  std::vector<PostFn> posts_;
  std::vector<TimerQueue::Entry*> ties_;
};

}  // namespace orrery::io
