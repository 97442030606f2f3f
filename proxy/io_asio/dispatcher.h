#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "proxy/io/dispatcher.h"
#include "proxy/io_asio/clock.h"
#include "proxy/io_asio/edge_source.h"
#include "proxy/io_asio/fd.h"
#include "proxy/io_asio/waiter.h"

namespace orrery::io_asio {

// The event loop over one edge-triggered epoll set. See README.md for the two ways of waiting.
//
// Lifetime: the clock outlives it. Threading: made by any thread, then used by the one that calls run() or step(), but
// for post(), exit() and wake(). Bounds: edges are collected in batches of 512 until the set is drained.
class RealDispatcher final : public io::Dispatcher {
 public:
  static std::unique_ptr<RealDispatcher> newForWorker(const Clock& clock);
  // `asio` is the dispatcher's own waiter, for watchSignals().
  static std::unique_ptr<RealDispatcher> newForMain(const Clock& clock, SignalWaiter*& asio);
  ~RealDispatcher() override;

  WallTime wallNow() const override;
  void post(PostFn fn) override;
  std::expected<std::unique_ptr<io::Stream>, io::IoError> connect(const io::Address& to,
                                                                  const io::SocketOptions& options) override;
  std::unique_ptr<io::Listener> listen(std::shared_ptr<io::ListenSocket> socket,
                                       io::ListenerCallbacks& callbacks) override;
  std::expected<std::unique_ptr<io::Datagram>, io::IoError> openDatagram(const io::Address& bind) override;
  std::unique_ptr<io::Stream> adopt(std::unique_ptr<io::StreamHandle> handle) override;
  void run() override;
  void exit() override;

  // One iteration that waits at most until `atMost`. True if exit() was seen in it.
  bool step(TimePoint atMost);
  const Clock& clock() const { return clock_; }

  // Registers `fd` for all edges (EPOLL_CTL_ADD); the kernel reports at once what is ready already. Closing the last
  // descriptor of a file unregisters it; unwatch() is for those that live on.
  io::IoError watch(int fd, EdgeSource& source);
  void unwatch(int fd);

 private:
  explicit RealDispatcher(const Clock& clock);
  void collectEdges(TimePoint atMost);
  void takePosts(std::vector<PostFn>& out) override;
  bool onOwnThread() const { return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }
  void wake();

  const Clock& clock_;
  Fd set_;
  Fd wakeUp_;  // an eventfd, registered edge-triggered: each write is an edge, so nobody needs to read it
  std::unique_ptr<Waiter> waiter_;
  std::vector<epoll_event> events_;
  mutable std::optional<WallTime> wall_;
  std::atomic<std::thread::id> owner_;  // who runs the loop; none before

  std::mutex mutex_;
  std::vector<PostFn> arrived_;         // guarded by mutex_
  std::atomic<bool> hasPosts_ = false;  // !arrived_.empty(), to look without the mutex
  std::atomic<bool> exit_ = false;
};

}  // namespace orrery::io_asio
