#include "proxy/io_asio/listener.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "proxy/io_asio/environment.h"

namespace orrery::io_asio {
namespace {

// While it lives, this process gets no further descriptor.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowestFree = ::dup(0);
    ::close(lowestFree);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(lowestFree);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

struct Acceptor final : io::ListenerCallbacks {
  void onAccept(std::unique_ptr<io::Stream> s) override { streams.push_back(std::move(s)); }
  void onAcceptError(io::IoError e) override { errors.push_back(e); }
  std::vector<std::unique_ptr<io::Stream>> streams;
  std::vector<io::IoError> errors;
};

TEST(RealListener, GoesOnAcceptingAfterDescriptorsRanOut) {
  const auto environment = newRealEnvironment();
  io::Dispatcher& d = environment->io().mainDispatcher;
  const auto socket = *environment->io().network.listen(io::Address::ipv4(0x7f000001, 0), {});
  Acceptor acceptor;
  auto listener = d.listen(socket, acceptor);
  // One that succeeds comes first: UBSan looks at the type of an object through a pipe when it meets it for the first time.
  const auto first = *d.connect(socket->localAddress(), {});
  const TimePoint start = d.now();
  while (acceptor.streams.empty() && d.now() < start + Duration::seconds(5))
    environment->step(d.now() + Duration::milliseconds(100));
  ASSERT_EQ(acceptor.streams.size(), 1u);
  acceptor.streams.clear();

  const auto client = *d.connect(socket->localAddress(), {});
  {
    const NoMoreDescriptors scarce;
    const TimePoint end = d.now() + RealListener::kRetry / 2;
    int iterations = 0;
    while (d.now() < end) {
      environment->step(end);
      ++iterations;
    }
    EXPECT_EQ(acceptor.errors, (std::vector<io::IoError>{io::IoError::kTooManyFiles})) << "told once, not in a loop";
    EXPECT_LT(iterations, 10);
    EXPECT_TRUE(acceptor.streams.empty());
  }
  const TimePoint end = d.now() + Duration::seconds(5);
  while (acceptor.streams.empty() && d.now() < end) environment->step(end);
  EXPECT_EQ(acceptor.streams.size(), 1u);
}

}  // namespace
}  // namespace orrery::io_asio
