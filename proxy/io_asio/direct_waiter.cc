#include <sys/epoll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "proxy/base/assert.h"
#include "proxy/io_asio/waiter.h"

namespace orrery::io_asio {

namespace {

class DirectWaiter final : public Waiter {
 public:
  DirectWaiter(int epollFd, const Clock& clock) : epollFd_(epollFd), clock_(clock) {}

  size_t wait(std::span<epoll_event> out, std::optional<TimePoint> until) override {
    const int room = static_cast<int>(out.size());
    if (!until) return count(::epoll_wait(epollFd_, out.data(), room, 0));
    if (*until == TimePoint::max()) return count(::epoll_wait(epollFd_, out.data(), room, -1));
    const int64_t ns = std::max<int64_t>((*until - clock_.now()).inNanoseconds(), 0);
    if (hasPwait2_) {
      const timespec timeout{ns / 1'000'000'000, ns % 1'000'000'000};
      const int n = ::epoll_pwait2(epollFd_, out.data(), room, &timeout, nullptr);
      if (n >= 0 || errno != ENOSYS) return count(n);
      hasPwait2_ = false;  // before Linux 5.11
    }
    // Rounded up: a timer must not be woken for before it is due. Capped to what the call takes; then it waits again.
    const int64_t ms = std::min<int64_t>((ns + 999'999) / 1'000'000, INT32_MAX);
    return count(::epoll_wait(epollFd_, out.data(), room, static_cast<int>(ms)));
  }

 private:
  static size_t count(int n) {
    if (n >= 0) return static_cast<size_t>(n);
    ORRERY_ASSERT(errno == EINTR, "waiting for an epoll set fails only by misuse");
    return 0;
  }

  const int epollFd_;
  const Clock& clock_;
  bool hasPwait2_ = true;
};

}  // namespace

std::unique_ptr<Waiter> newDirectWaiter(int epollFd, const Clock& clock) {
  return std::make_unique<DirectWaiter>(epollFd, clock);
}

}  // namespace orrery::io_asio
