#include "cli/live/descriptors.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

namespace orrery::live {
namespace {

class Descriptors : public testing::Test {
 protected:
  ~Descriptors() override {
    setDescriptorLimit(::getpid(), before_);
    for (const int fd : open_) ::close(fd);
  }
  int keep(int fd) {
    if (fd >= 0) open_.push_back(fd);
    return fd;
  }
  // A connection of this process with itself: two descriptors.
  void connectOnce() {
    const int listener = keep(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&at), size), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size), 0);
    ASSERT_EQ(::listen(listener, 1), 0);
    const int client = keep(::socket(AF_INET, SOCK_STREAM, 0));
    ASSERT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&at), size), 0);
    keep(::accept(listener, nullptr, nullptr));
  }
  size_t roomFor(uint64_t connections) {
    before_ = setDescriptorLimit(::getpid(), descriptorLimitFor(::getpid(), connections));
    size_t more = 0;
    while (more < 100 && keep(::open("/dev/null", O_RDONLY)) >= 0) ++more;
    setDescriptorLimit(::getpid(), before_);
    // Of itself a process sees the folder too in which it looks.
    return more - 1;
  }

  std::vector<int> open_;
  uint64_t before_ = 0;
};

TEST_F(Descriptors, ALimitLeavesRoomForSoManyMore) { EXPECT_EQ(roomFor(3), 3u); }

TEST_F(Descriptors, NumbersThatAreFreeBetweenOthersCount) {
  const int low = ::open("/dev/null", O_RDONLY);
  keep(::fcntl(low, F_DUPFD, 200));
  ::close(low);
  EXPECT_EQ(roomFor(4), 4u);
}

TEST_F(Descriptors, ConnectionsThatAreThereAreAmongThem) {
  connectOnce();
  EXPECT_EQ(roomFor(5), 3u);
}

TEST_F(Descriptors, NoneIsTakenAway) {
  connectOnce();
  EXPECT_EQ(roomFor(1), 0u);
}

}  // namespace
}  // namespace orrery::live
