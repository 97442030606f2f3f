#include "tests/support/kernels.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "proxy/base/deciding_atomic.h"
#include "sim/core/race_detector.h"

namespace orrery::tests {

using sim::Name;

void KernelWorld::spawn(Name name, uint64_t index, std::move_only_function<void()> body) {
  run_.spawn(name, index, 0, std::move(body));
}

void KernelWorld::claim(bool holds, std::string_view what) {
  const sim::SimulatorCode scope;
  if (holds || run_.scheduler().cancelling()) return;
  run_.fail("claim", run_.scheduler().current()->id(), std::string(what));
}

bool Condition::wait(Mutex& mutex) {
  sim::Scheduler& scheduler = world_.run().scheduler();
  Waiter self{scheduler.current()};
  {
    const sim::SimulatorCode scope;
    waiters_.push_back(&self);
  }
  mutex.unlock();
  bool goOn = !scheduler.cancelling();
  {
    const sim::SimulatorCode scope;
    while (goOn && !self.told) goOn = scheduler.block();
    std::erase(waiters_, &self);
  }
  if (goOn) mutex.lock();
  return goOn;
}

void Condition::notifyOne() {
  const sim::SimulatorCode scope;
  const auto at = std::find_if(waiters_.begin(), waiters_.end(), [](const Waiter* w) { return !w->told; });
  if (at == waiters_.end()) return;
  (*at)->told = true;
  world_.run().scheduler().wake(*(*at)->thread);
}

void Condition::notifyAll() {
  for (size_t i = waiters_.size(); i > 0; --i) notifyOne();
}

sim::RunResult runKernel(const Kernel& kernel, const sim::RunRequest& request, sim::Pools& pools) {
  auto recording = std::make_shared<sim::Recording>();
  sim::RunOptions options;
  options.strategy = request.strategy;
  options.listQuestions = request.listQuestions;
  options.coverage = request.coverage;
  options.order = request.order;
  options.checkpoints = false;
  if (request.record) options.recorder = &recording->events;
  const std::unique_ptr<Program> program = kernel.make();
  sim::Run run(pools, options);
  KernelWorld world(run);
  program->start(world);
  run.run();
  if (!run.failure()) {
    for (const auto& thread : run.scheduler().threads()) {
      if (thread->done()) continue;
      run.fail("deadlock", thread->id(), "it waits for ever");
      break;
    }
  }
  if (!run.failure()) {
    if (std::string bug = program->verdict(); !bug.empty()) run.fail("verdict", 0, std::move(bug));
  }
  sim::RunResult result;
  if (const auto& f = run.failure()) {
    result.outcome = sim::RunOutcome::kFail;
    result.failures.push_back({f->check, f->entity, f->at, f->message});
  }
  takeFromRun(run, result);
  run.finish();
  if (request.record) {
    recording->names = std::move(run.names());
    result.recording = recording;
  }
  return result;
}

namespace {

class Reorder final : public Program {
 public:
  explicit Reorder(int threads) : threads_(threads) {}
  void start(KernelWorld& world) override {
    static constexpr Name kSetter("setter");
    static constexpr Name kReader("reader");
    for (int i = 1; i < threads_; ++i) {
      world.spawn(kSetter, static_cast<uint64_t>(i), [this] {
        a_.store(1);
        b_.store(-1);
      });
    }
    world.spawn(kReader, 0, [this, &world] {
      const int a = a_.load();
      const int b = b_.load();
      world.claim((a == 0 && b == 0) || (a == 1 && b == -1), "the reader sees one value without the other");
    });
  }

 private:
  int threads_;
  DecidingAtomic<int> a_{0};
  DecidingAtomic<int> b_{0};
};

class Twostage final : public Program {
 public:
  explicit Twostage(int threads) : threads_(threads) {}
  void start(KernelWorld& world) override {
    static constexpr Name kWriter("writer");
    static constexpr Name kReader("reader");
    for (int i = 1; i < threads_; ++i) {
      world.spawn(kWriter, static_cast<uint64_t>(i), [this] {
        {
          const MutexLock lock(first_);
          data1_ = 1;
        }
        const MutexLock lock(second_);
        data2_ = data1_.load() + 1;
      });
    }
    world.spawn(kReader, 0, [this, &world] {
      int seen1 = 0;
      {
        const MutexLock lock(first_);
        if (data1_ == 0) return;
        seen1 = data1_;
      }
      const MutexLock lock(second_);
      world.claim(data2_ == seen1 + 1, "the reader sees the first stage without the second");
    });
  }

 private:
  int threads_;
  Mutex first_;
  Mutex second_;
  // Read without their lock on purpose; atomic without schedule points, so that ThreadSanitizer sees no more than the bug.
  std::atomic<int> data1_{0};
  std::atomic<int> data2_{0};
};

class BoundedBuffer final : public Program {
 public:
  BoundedBuffer(int pairs, int items) : pairs_(pairs), items_(items) {}
  void start(KernelWorld& world) override {
    static constexpr Name kProducer("producer");
    static constexpr Name kConsumer("consumer");
    changed_ = std::make_unique<Condition>(world);
    for (int i = 1; i <= pairs_; ++i) {
      world.spawn(kProducer, static_cast<uint64_t>(i), [this] { move(1); });
      world.spawn(kConsumer, static_cast<uint64_t>(i), [this] { move(-1); });
    }
  }

 private:
  static constexpr int kRoom = 1;
  // Puts in (1) or takes out (-1), as often as there are items.
  void move(int step) {
    for (int i = 0; i < items_; ++i) {
      mutex_.lock();
      while (step > 0 ? count_ == kRoom : count_ == 0) {
        if (!changed_->wait(mutex_)) return;
      }
      count_ += step;
      changed_->notifyOne();  // the bug: it may wake one that waits for the same
      mutex_.unlock();
    }
  }

  int pairs_;
  int items_;
  int count_ = 0;
  Mutex mutex_;
  std::unique_ptr<Condition> changed_;
};

class LockOrder final : public Program {
 public:
  void start(KernelWorld& world) override {
    static constexpr Name kLeft("left");
    static constexpr Name kRight("right");
    world.spawn(kLeft, 0, [this] { both(a_, b_); });
    world.spawn(kRight, 0, [this] { both(b_, a_); });
  }

 private:
  static void both(Mutex& outer, Mutex& inner) {
    const MutexLock first(outer);
    const MutexLock second(inner);
  }
  Mutex a_;
  Mutex b_;
};

// Head grows by thieves, tail moves by the owner, who goes without the lock unless both may want the last item.
class WorkStealing final : public Program {
 public:
  explicit WorkStealing(int bug) : bug_(bug) {}
  void start(KernelWorld& world) override {
    static constexpr Name kOwner("owner");
    static constexpr Name kThief("thief");
    world.spawn(kOwner, 0, [this] {
      for (int i = 0; i < kItems; ++i) {
        push(i);
        if (i % 2 == 1) pop();
      }
      while (pop()) {
      }
    });
    for (uint64_t t = 1; t <= 2; ++t) {
      world.spawn(kThief, t, [this] {
        for (int i = 0; i < kItems / 2; ++i) steal();
      });
    }
  }
  std::string verdict() override {
    for (int i = 0; i < kItems; ++i) {
      if (taken_[i] > 1) return "an item is taken twice";
      if (taken_[i] == 0) return "an item is lost";  // the owner took all that was left
    }
    return "";
  }

 private:
  static constexpr int kItems = 4;

  void push(int item) {
    const int t = tail_.load();
    items_[t] = item;
    tail_.store(t + 1);
  }
  bool pop() {
    const int early = bug_ == 1 ? head_.load() : 0;  // bug 1: looks before it has said what it takes
    const int t = tail_.load() - 1;
    tail_.store(t);
    const int h = bug_ == 1 ? early : head_.load();
    if (h <= t) return take(t);
    if (bug_ == 2) {  // bug 2: believes that without the lock
      tail_.store(h);
      return false;
    }
    const MutexLock lock(mutex_);
    if (head_.load() <= t) return take(t);
    tail_.store(head_.load());
    return false;
  }
  void steal() {
    if (bug_ != 3) mutex_.lock();  // bug 3: two thieves at a time
    const int h = head_.load();
    bool got = false;
    if (bug_ == 4) {  // bug 4: looks before it has said what it takes
      got = h < tail_.load();
      if (got) head_.store(h + 1);
    } else {
      head_.store(h + 1);
      got = h + 1 <= tail_.load();
      if (!got) head_.store(h);
    }
    if (got) take(h);
    if (bug_ != 3) mutex_.unlock();
  }
  bool take(int place) {
    ++taken_[items_[place]];
    return true;
  }

  int bug_;
  // Atomic without schedule points: what is wrong is who gets which item.
  std::atomic<int> items_[kItems * 2] = {};
  std::atomic<int> taken_[kItems] = {};
  DecidingAtomic<int> head_{0};
  DecidingAtomic<int> tail_{0};
  Mutex mutex_;
};

class Steps final : public Program {
 public:
  Steps(int threads, int steps, bool shared) : steps_(steps), shared_(shared), values_(static_cast<size_t>(threads)) {}
  void start(KernelWorld& world) override {
    static constexpr Name kWriter("writer");
    for (size_t i = 0; i < values_.size(); ++i) {
      world.spawn(kWriter, i, [this, i] {
        for (int k = 0; k < steps_; ++k) values_[shared_ ? 0 : i].store(k);
      });
    }
  }

 private:
  int steps_;
  bool shared_;
  std::deque<DecidingAtomic<int>> values_;
};

template <class P, class... Arguments>
Kernel kernel(std::string name, Arguments... arguments) {
  return {std::move(name), [arguments...] { return std::make_unique<P>(arguments...); }};
}

}  // namespace

Kernel reorderKernel(int threads) { return kernel<Reorder>("reorder_" + std::to_string(threads), threads); }
Kernel twostageKernel(int threads) { return kernel<Twostage>("twostage_" + std::to_string(threads), threads); }
Kernel boundedBufferKernel(int pairs, int items) { return kernel<BoundedBuffer>("bounded_buffer", pairs, items); }
Kernel lockOrderKernel() { return kernel<LockOrder>("lock_order"); }
Kernel workStealingKernel(int bug) { return kernel<WorkStealing>("work_stealing_" + std::to_string(bug), bug); }

Kernel stepsKernel(int threads, int steps, bool shared) { return kernel<Steps>("steps", threads, steps, shared); }

}  // namespace orrery::tests
