#include "proxy/io_asio/dispatcher.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io_asio/datagram.h"
#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/listener.h"
#include "proxy/io_asio/stream.h"

namespace orrery::io_asio {

namespace {
constexpr size_t kBatch = 512;
}

std::unique_ptr<RealDispatcher> RealDispatcher::newForWorker(const Clock& clock) {
  std::unique_ptr<RealDispatcher> d(new RealDispatcher(clock));
  d->waiter_ = newDirectWaiter(d->set_.get(), clock);
  return d;
}

std::unique_ptr<RealDispatcher> RealDispatcher::newForMain(const Clock& clock, SignalWaiter*& asio) {
  std::unique_ptr<RealDispatcher> d(new RealDispatcher(clock));
  auto waiter = newAsioWaiter(d->set_.get(), clock);
  asio = waiter.get();
  d->waiter_ = std::move(waiter);
  return d;
}

RealDispatcher::RealDispatcher(const Clock& clock)
    : clock_(clock),
      set_(::epoll_create1(EPOLL_CLOEXEC)),
      wakeUp_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      events_(kBatch) {
  ORRERY_ASSERT(set_, "a dispatcher needs two descriptors");
  ORRERY_ASSERT(wakeUp_, "a dispatcher needs two descriptors");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;  // the one registration that is no EdgeSource
  const int added = ::epoll_ctl(set_.get(), EPOLL_CTL_ADD, wakeUp_.get(), &event);
  ORRERY_ASSERT(added == 0, "the first descriptor of an epoll set");
  setNow(clock_.now());
}

RealDispatcher::~RealDispatcher() {
  destroyDeferred();
  waiter_.reset();
}

void RealDispatcher::run() {
  while (!step(TimePoint::max())) {
  }
}

bool RealDispatcher::step(TimePoint atMost) {
  owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  collectEdges(atMost);
  // Asked before the iteration too: what other threads posted before they called exit() is then still run.
  const bool last = exit_.load(std::memory_order_acquire);
  wall_.reset();
  runIteration(clock_.now());
  if (!last && !exit_.load(std::memory_order_acquire)) return false;
  if (!last && hasPosts_.load(std::memory_order_acquire)) return false;  // exit() came with posts: once more
  exit_.store(false, std::memory_order_relaxed);
  return true;
}

void RealDispatcher::collectEdges(TimePoint atMost) {
  const bool busy =
      hasImmediateWork() || hasPosts_.load(std::memory_order_acquire) || exit_.load(std::memory_order_acquire);
  std::optional<TimePoint> until;
  if (!busy) until = std::min(nextDeadline(), atMost);
  size_t n;
  do {
    n = waiter_->wait(events_, until);
    for (size_t i = 0; i < n; ++i) {
      if (auto* source = static_cast<EdgeSource*>(events_[i].data.ptr)) source->onEdge(events_[i].events);
    }
    until.reset();
  } while (n == events_.size());
}

WallTime RealDispatcher::wallNow() const {
  if (!wall_) wall_ = Clock::wallNow();
  return *wall_;
}

void RealDispatcher::post(PostFn fn) {
  bool first;
  {
    const std::lock_guard lock(mutex_);
    first = arrived_.empty();
    arrived_.push_back(std::move(fn));
    hasPosts_.store(true, std::memory_order_release);
  }
  // Whoever finds posts waiting need not wake: the loop has been woken, or is on its own thread, which looks before it
  // waits.
  if (first) wake();
}

void RealDispatcher::takePosts(std::vector<PostFn>& out) {
  if (!hasPosts_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  if (out.empty()) {
    out.swap(arrived_);
  } else {
    std::move(arrived_.begin(), arrived_.end(), std::back_inserter(out));
    arrived_.clear();
  }
  hasPosts_.store(false, std::memory_order_relaxed);
}

void RealDispatcher::exit() {
  exit_.store(true, std::memory_order_release);
  wake();
}

void RealDispatcher::wake() {
  if (onOwnThread()) return;
  const uint64_t one = 1;
  const ssize_t written = ::write(wakeUp_.get(), &one, sizeof(one));
  // It fails only when 2^64 - 2 wake-ups were never read.
  ORRERY_ASSERT(written == static_cast<ssize_t>(sizeof(one)), "an eventfd takes any number of ones");
}

io::IoError RealDispatcher::watch(int fd, EdgeSource& source) {
  epoll_event event{};
  event.events = kAllEdges;
  event.data.ptr = &source;
  return ::epoll_ctl(set_.get(), EPOLL_CTL_ADD, fd, &event) == 0 ? io::IoError::kNone : ioErrorOf(errno);
}

void RealDispatcher::unwatch(int fd) { ::epoll_ctl(set_.get(), EPOLL_CTL_DEL, fd, nullptr); }

std::expected<std::unique_ptr<io::Stream>, io::IoError> RealDispatcher::connect(const io::Address& to,
                                                                                const io::SocketOptions& options) {
  return connectStream(*this, to, options);
}

std::unique_ptr<io::Listener> RealDispatcher::listen(std::shared_ptr<io::ListenSocket> socket,
                                                     io::ListenerCallbacks& callbacks) {
  return newListener(*this, std::move(socket), callbacks);
}

std::expected<std::unique_ptr<io::Datagram>, io::IoError> RealDispatcher::openDatagram(const io::Address& bind) {
  return bindDatagram(*this, bind);
}

std::unique_ptr<io::Stream> RealDispatcher::adopt(std::unique_ptr<io::StreamHandle> handle) {
  return adoptStream(*this, std::move(handle));
}

}  // namespace orrery::io_asio
