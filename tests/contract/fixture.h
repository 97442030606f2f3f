#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/contract/backends.h"

namespace orrery::contract {

// A timer and a task that call anything.
struct TestTimer {
  TestTimer(io::Dispatcher& d, std::function<void()> f)
      : fn(std::move(f)), timer(d, io::TimerKind::kHarness, Delegate<void()>::to<&TestTimer::fire>(this)) {}
  void fire() { fn(); }
  std::function<void()> fn;
  io::Timer timer;
};

struct TestTask {
  explicit TestTask(std::function<void()> f) : fn(std::move(f)), task(Delegate<void()>::to<&TestTask::run>(this)) {}
  void run() { fn(); }
  std::function<void()> fn;
  io::Task task;
};

// One end of a connection that remembers what it was told.
struct Peer final : io::StreamCallbacks {
  void onStreamReady(uint8_t bits) override {
    calls.push_back(bits);
    seen = static_cast<uint8_t>(seen | bits);
    if (onReady) onReady(bits);
  }
  void take(std::unique_ptr<io::Stream> s) {
    stream = std::move(s);
    stream->setCallbacks(this);
  }

  io::IoResult write(std::string_view bytes) {
    const io::ConstSlice slice{bytes.data(), bytes.size()};
    return stream->write({&slice, 1});
  }
  // One read of at most `room` bytes, appended to `received`.
  io::IoResult read(size_t room = 64 * 1024);
  // Reads until would-block, end or error; the last result.
  io::IoResult readAll();
  // Makes onReady read all that comes, and remember the end.
  void readEverything();

  std::unique_ptr<io::Stream> stream;
  std::function<void(uint8_t)> onReady;
  std::vector<uint8_t> calls;
  uint8_t seen = 0;
  std::string received;
  bool ended = false;                      // an end of the stream was read
  io::IoError error = io::IoError::kNone;  // an error was read
};

// Accepts into `streams`.
struct Acceptor final : io::ListenerCallbacks {
  void onAccept(std::unique_ptr<io::Stream> stream) override {
    streams.push_back(std::move(stream));
    if (onStream) onStream();
  }
  void onAcceptError(io::IoError error) override { errors.push_back(error); }
  std::vector<std::unique_ptr<io::Stream>> streams;
  std::vector<io::IoError> errors;
  std::function<void()> onStream;
};

class ContractTest : public testing::TestWithParam<Backend> {
 protected:
  ContractTest() : world_(GetParam().newWorld()), dispatcher_(world_->io().mainDispatcher) {}

  // Runs until done(); fails the test where that takes more than `limit`.
  [[nodiscard]] bool runUntil(const std::function<bool()>& done, Duration limit = Duration::seconds(10)) {
    return world_->runUntil(done, limit);
  }
  // Lets the world go on for a while, in which nothing is expected.
  void runFor(Duration time) {
    (void)world_->runUntil([] { return false; }, time);
  }
  // Calls fn inside a post of the main dispatcher, with that iteration finished on return.
  void onMain(std::function<void()> fn);
  // Runs n iterations (at least), without waiting.
  void iterate(int n);

  std::shared_ptr<io::ListenSocket> listen(const io::ListenOptions& options = {});
  std::shared_ptr<io::ListenSocket> listenAt(const io::Address& at, const io::ListenOptions& options = {});
  // Connects `client` and accepts `server`, with no interest set on either.
  void connectPair(Peer& client, Peer& server, const io::SocketOptions& options = {},
                   const io::ListenOptions& listenOptions = {});
  void connectPairAt(const io::Address& at, Peer& client, Peer& server, const io::SocketOptions& options = {},
                     const io::ListenOptions& listenOptions = {});
  // An address that refuses connections.
  io::Address refusing();

  std::unique_ptr<World> world_;
  io::Dispatcher& dispatcher_;
};

// The name of a parameterised test: the back end.
std::string backendName(const testing::TestParamInfo<Backend>& info);

// Counts iterations of a dispatcher, in step 4 of each, as long as it lives.
class IterationCounter {
 public:
  explicit IterationCounter(io::Dispatcher& d)
      : dispatcher_(d), task_(Delegate<void()>::to<&IterationCounter::next>(this)) {
    dispatcher_.scheduleNext(task_);
  }
  int count() const { return count_; }

 private:
  void next() {
    ++count_;
    dispatcher_.scheduleNext(task_);
  }
  io::Dispatcher& dispatcher_;
  io::Task task_;
  int count_ = 0;
};

}  // namespace orrery::contract

// Every file of the suite says which of its fixtures run over all back ends.
#define ORRERY_CONTRACT(Fixture)                                                            \
  INSTANTIATE_TEST_SUITE_P(All, Fixture, testing::ValuesIn(::orrery::contract::backends()), \
                           ::orrery::contract::backendName)
