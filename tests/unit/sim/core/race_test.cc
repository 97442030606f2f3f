#include <gtest/gtest.h>

#include "proxy/base/mutex.h"
#include "sim/core/run.h"

// Data races of logical threads, seen by ThreadSanitizer although one OS thread runs them all. Elsewhere there is nothing to see.
#ifdef ORRERY_SIM_TSAN

namespace orrery::sim {
namespace {

constexpr Name kRacer("racer");

// Two threads count; in the plain run one after the other, so that only the lack of order is wrong, not the sum.
void count(bool guarded, const Strategy& strategy) {
  Pools pools;
  RunOptions options;
  options.strategy = strategy;
  Run run(pools, std::move(options));
  Mutex mutex;
  int shared = 0;
  for (uint64_t t = 1; t <= 2; ++t) {
    run.spawn(kRacer, t, 0, [&] {
      for (int i = 0; i < 3; ++i) {
        if (guarded) mutex.lock();
        ++shared;
        if (guarded) mutex.unlock();
      }
    });
  }
  run.run();
  run.finish();
  std::exit(shared == 6 ? 0 : 1);
}

using RaceDeathTest = testing::Test;

TEST(RaceDeathTest, OfThePlainRunIsReportedAtTheSamePlaceEachTime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // ThreadSanitizer ends the process with 66.
  for (int again = 0; again < 3; ++again) {
    EXPECT_EXIT(count(false, Strategy::plain()), testing::ExitedWithCode(66), "data race.*race_test.cc:26");
  }
}

TEST(RaceDeathTest, IsNotReportedWhereAMutexOrdersTheThreads) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(count(true, Strategy::plain()), testing::ExitedWithCode(0), "");
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    EXPECT_EXIT(count(true, Strategy::random(seed)), testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace orrery::sim

#endif
