#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/io/dispatcher.h"
#include "sim/core/loop_wait.h"
#include "sim/core/run.h"
#include "sim/net/host.h"

namespace orrery::sim {

// The event loop of one logical thread of a simulated host.
//
// Lifetime: run and host outlive it. Threading: as io::Dispatcher says; the harness may make and destroy streams, timers and
// tasks between the run...() functions and then calls wakeUp().
class SimDispatcher final : public io::Dispatcher {
 public:
  SimDispatcher(Run& run, Host& host, EntityId id);
  ~SimDispatcher() override;

  WallTime wallNow() const override { return run_.wallNow() + host_.wallOffset(); }
  void post(PostFn fn) override;
  std::expected<std::unique_ptr<io::Stream>, io::IoError> connect(const io::Address& to,
                                                                  const io::SocketOptions& options) override;
  std::unique_ptr<io::Listener> listen(std::shared_ptr<io::ListenSocket> socket,
                                       io::ListenerCallbacks& callbacks) override;
  std::expected<std::unique_ptr<io::Datagram>, io::IoError> openDatagram(const io::Address& bind) override;
  std::unique_ptr<io::Stream> adopt(std::unique_ptr<io::StreamHandle> handle) override;
  void run() override;
  void exit() override;
  EntityId nameActor(std::string_view name, uint64_t index) override;

  // Something of this loop became ready (streams, listeners; the harness after it armed a timer).
  void wakeUp() { wait_.ready(); }
  // Called after each iteration, by harnesses.
  void setAfterIteration(std::function<void()> fn) { afterIteration_ = std::move(fn); }

  // Work was done that moved so many bytes: the thread will be busy for it.
  void charge(size_t bytes) {
    if (host_.costly()) [[unlikely]]
      chargeCpu(bytes);
  }

  Run& world() { return run_; }
  Host& host() { return host_; }
  EntityId id() const { return id_; }
  // The deadline of the earliest timer, or TimePoint::max().
  TimePoint nextTimer() { return nextDeadline(); }

 private:
  struct Post {
    PostFn fn;
    EntityId cause;
  };

  void takePosts(std::vector<PostFn>& out) override;
  size_t holdBehind(OrderSite site, uint64_t entity, size_t n) override;
  uint64_t nameTimer(io::TimerKind kind) override;
  void onTimerFired(io::TimerKind kind, uint64_t entity) override;
  void onTimerArmed(io::TimerKind kind, uint64_t entity, TimePoint deadline) override;
  // The next connection or datagram socket that the current cause opens.
  EntityId nameNext(Name kind);
  EntityId causeOrSelf() const { return cause_ == 0 ? id_ : cause_; }
  void count(EntityId entity, std::string_view what);
  void chargeCpu(size_t bytes);
  // The thread is busy for what the iteration cost. False: the run is being torn down.
  bool beBusy();
  bool hasPosts() const { return nextPost_ < posts_.size(); }

  Run& run_;
  Host& host_;
  EntityId id_;
  LoopWait wait_;
  std::vector<Post> posts_;
  size_t nextPost_ = 0;
  Duration busyFor_;
  bool exit_ = false;
  bool inside_ = false;  // an iteration runs
  std::function<void()> afterIteration_;
};

}  // namespace orrery::sim
