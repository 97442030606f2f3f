#include "cli/in_order.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace orrery::cli {

namespace {

TimedResult timed(const InOrder::Task& task, size_t index, Runner& runner) {
  const auto began = std::chrono::steady_clock::now();
  TimedResult out{task(index, runner), 0};
  out.wallNs = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - began).count();
  return out;
}

// What the threads share. Results lie in a ring of kAhead places.
class Board {
 public:
  Board(size_t count, const InOrder::Task& task)
      : count_(count), task_(task), ring_(std::min(count, InOrder::kAhead)) {}

  void work(const RunnerFactory& newRunner) {
    try {
      const std::unique_ptr<Runner> runner = newRunner();
      while (const auto index = take()) put(*index, timed(task_, *index, *runner));
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      ready_.notify_all();
      room_.notify_all();
    }
  }

  void deliverAll(const InOrder::Deliver& deliver) {
    for (size_t i = 0; i < count_; ++i) {
      std::unique_lock lock(mutex_);
      std::optional<TimedResult>& place = ring_[i % ring_.size()];
      ready_.wait(lock, [&] { return error_ || place.has_value(); });
      if (error_) return;
      TimedResult result = std::move(*place);
      place.reset();
      delivered_ = i + 1;
      room_.notify_all();
      lock.unlock();
      deliver(i, std::move(result));
    }
  }

  void abandon() {
    const std::lock_guard lock(mutex_);
    next_ = count_;
    room_.notify_all();
  }
  std::exception_ptr error() const { return error_; }

 private:
  std::optional<size_t> take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return error_ || next_ >= count_ || next_ < delivered_ + ring_.size(); });
    if (error_ || next_ >= count_) return std::nullopt;
    return next_++;
  }
  void put(size_t index, TimedResult result) {
    const std::lock_guard lock(mutex_);
    ring_[index % ring_.size()] = std::move(result);
    if (index == delivered_) ready_.notify_one();
  }

  const size_t count_;
  const InOrder::Task& task_;
  std::mutex mutex_;
  std::condition_variable ready_;  // the next result to deliver is there
  std::condition_variable room_;   // a place of the ring became free
  std::vector<std::optional<TimedResult>> ring_;
  size_t next_ = 0;
  size_t delivered_ = 0;
  std::exception_ptr error_;
};

}  // namespace

InOrder::InOrder(size_t jobs, RunnerFactory newRunner)
    : jobs_(std::max<size_t>(jobs, 1)), newRunner_(std::move(newRunner)) {}

void InOrder::run(size_t count, const Task& task, const Deliver& deliver) {
  if (count == 0) return;
  if (jobs_ == 1 || count == 1) {
    const std::unique_ptr<Runner> runner = newRunner_();
    for (size_t i = 0; i < count; ++i) deliver(i, timed(task, i, *runner));
    return;
  }
  Board board(count, task);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < std::min(jobs_, count); ++i) threads.emplace_back([&] { board.work(newRunner_); });
    try {
      board.deliverAll(deliver);
    } catch (...) {
      board.abandon();
      throw;
    }
  }
  if (board.error()) std::rethrow_exception(board.error());
}

}  // namespace orrery::cli
