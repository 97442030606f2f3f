#include "proxy/io_asio/environment.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <vector>

namespace orrery::io_asio {
namespace {

TEST(RealEnvironment, SignalsArriveAsPostsOfTheMainDispatcher) {
  const auto environment = newRealEnvironment();
  io::Dispatcher& d = environment->io().mainDispatcher;
  std::vector<int> seen;
  static constexpr std::array kSignals = {SIGUSR1, SIGUSR2};
  environment->watchSignals(kSignals, [&](int signal) { seen.push_back(signal); });
  const auto worker = environment->io().threads.start("worker");  // its thread does not take them
  for (const int signal : {SIGUSR1, SIGUSR2, SIGUSR1}) {
    const size_t before = seen.size();
    ::kill(::getpid(), signal);
    const TimePoint end = d.now() + Duration::seconds(5);
    while (seen.size() == before && d.now() < end) environment->step(end);
    EXPECT_LT(d.now(), end) << "a signal that came just before the wait must end it too";
  }
  EXPECT_EQ(seen, (std::vector<int>{SIGUSR1, SIGUSR2, SIGUSR1}));
  worker->dispatcher().exit();
  worker->join();
}

TEST(RealEnvironment, EachOneHasItsOwnChance) {
  const auto a = newRealEnvironment();
  const auto b = newRealEnvironment();
  EXPECT_NE(a->io().random.bits(), b->io().random.bits());
  EXPECT_NE(a->io().random.child("x")->bits(), a->io().random.child("x")->bits());
}

TEST(RealEnvironment, ExitEndsRunAlsoWhenItCameFirst) {
  const auto environment = newRealEnvironment();
  io::Dispatcher& d = environment->io().mainDispatcher;
  bool posted = false;
  d.post([&] { posted = true; });
  d.exit();
  d.run();
  EXPECT_TRUE(posted);
  // And the next run() is a new one.
  int rounds = 0;
  d.post([&] {
    ++rounds;
    d.exit();
  });
  d.run();
  EXPECT_EQ(rounds, 1);
}

}  // namespace
}  // namespace orrery::io_asio
