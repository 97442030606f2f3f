#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/mutex.h"
#include "sim/core/run.h"
#include "sim/world/run_request.h"
#include "sim/world/run_result.h"

namespace orrery::tests {

// Small concurrent programs with a planted bug, as logical threads: what the literature measures searches of schedules by.
class KernelWorld {
 public:
  explicit KernelWorld(sim::Run& run) : run_(run) {}

  void spawn(sim::Name name, uint64_t index, std::move_only_function<void()> body);
  // Inside a thread: false is the bug.
  void claim(bool holds, std::string_view what);
  sim::Run& run() { return run_; }

 private:
  sim::Run& run_;
};

// A condition variable of logical threads: the first to wait is the first to be woken.
class Condition {
 public:
  explicit Condition(KernelWorld& world) : world_(world) {}
  // With the mutex held. False: the run is being torn down.
  bool wait(Mutex& mutex);
  void notifyOne();
  void notifyAll();

 private:
  struct Waiter {
    sim::LogicalThread* thread;
    bool told = false;
  };
  KernelWorld& world_;
  std::vector<Waiter*> waiters_;
};

// One run's state. Its threads are spawned by start(), verdict() is asked when nothing goes on: the bug in words, or "".
class Program {
 public:
  virtual ~Program() = default;
  virtual void start(KernelWorld& world) = 0;
  virtual std::string verdict() { return ""; }
};

struct Kernel {
  std::string name;
  std::function<std::unique_ptr<Program>()> make;
};

// Threads that wait for ever are a failure of check "deadlock".
sim::RunResult runKernel(const Kernel& kernel, const sim::RunRequest& request, sim::Pools& pools);

// `threads` - 1 setters write a, then b; the reader must not see one without the other.
Kernel reorderKernel(int threads);
// `threads` - 1 writers set one value under a lock, then its successor under another; the reader must see both or none.
Kernel twostageKernel(int threads);
// A bounded buffer whose producers and consumers wait on one condition and wake one of those that wait.
Kernel boundedBufferKernel(int pairs, int items);
// Two threads take two mutexes, each in its own order.
Kernel lockOrderKernel();
// A queue whose owner takes from one end and thieves from the other; bug 1 to 4, 0 is the correct one.
Kernel workStealingKernel(int bug);

// Without a bug: each thread writes `steps` times, all to one atomic or each to its own. Orders can be counted by hand.
Kernel stepsKernel(int threads, int steps, bool shared);

}  // namespace orrery::tests
