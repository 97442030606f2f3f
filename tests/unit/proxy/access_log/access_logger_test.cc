#include "proxy/access_log/access_logger.h"

#include <gtest/gtest.h>

#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net.h"
#include "tests/unit/proxy/access_log/fixed_random.h"

namespace orrery::access_log {
namespace {

constexpr Duration kFlush = Duration::seconds(10);

struct AccessLog : testing::Test {
  AccessLog() {
    environment.start();
    run.runUntilQuiet();
  }
  ~AccessLog() override {
    loggers.clear();
    run.finish();
  }

  AccessLogger& newLogger(const std::string& path, std::string_view format = "%RESPONSE_CODE%\n") {
    auto file = files.open(path);
    EXPECT_TRUE(file.has_value());
    auto formatter = format::parseFormat(format);
    EXPECT_TRUE(formatter.has_value());
    loggers.push_back(std::make_unique<AccessLogger>(environment.dispatcher(), **file, *formatter, kFlush));
    return *loggers.back();
  }
  void log(AccessLogger& logger, uint32_t code) {
    stream_info::StreamInfo info;
    info.responseCode = code;
    logger.log({info, nullptr, nullptr, nullptr}, {environment.dispatcher().now(), runtime, random});
    environment.dispatcher().wakeUp();
  }
  std::string written(const std::string& path) {
    const std::string* content = environment.files().content(path);
    return content == nullptr ? std::string("(none)") : *content;
  }

  sim::Pools pools;
  sim::NetPools netPools;
  sim::Ledger ledger;
  sim::Run run{pools, {}};
  sim::Net net{run, netPools, ledger, {.latency = Duration::microseconds(1)}};
  sim::SimEnvironment environment{run, net.addHost("here", {0x7f000001})};
  LogFiles files{environment.io().files};
  runtime::Snapshot runtime;
  FixedRandom random;
  std::vector<std::unique_ptr<AccessLogger>> loggers;
};

TEST_F(AccessLog, LinesWaitForTheFlushInterval) {
  AccessLogger& logger = newLogger("/tmp/a.log");
  log(logger, 200);
  run.runFor(Duration::seconds(4));
  log(logger, 404);  // does not move the deadline
  run.runFor(Duration::milliseconds(5'999));
  EXPECT_EQ(written("/tmp/a.log"), "");
  run.runFor(Duration::milliseconds(2));
  EXPECT_EQ(written("/tmp/a.log"), "200\n404\n");
}

TEST_F(AccessLog, AFullBufferIsWrittenAtOnce) {
  AccessLogger& logger = newLogger("/tmp/a.log");
  const size_t lines = AccessLogger::kFlushSize / 4;  // "200\n" each
  for (size_t i = 0; i + 1 < lines; ++i) log(logger, 200);
  EXPECT_EQ(written("/tmp/a.log"), "");
  log(logger, 200);
  EXPECT_EQ(written("/tmp/a.log").size(), AccessLogger::kFlushSize);
  run.runFor(kFlush * 2);
  EXPECT_EQ(written("/tmp/a.log").size(), AccessLogger::kFlushSize);
}

TEST_F(AccessLog, NothingIsLostWhenTheLoggerGoes) {
  log(newLogger("/tmp/a.log"), 503);
  EXPECT_EQ(written("/tmp/a.log"), "");
  loggers.clear();
  EXPECT_EQ(written("/tmp/a.log"), "503\n");
}

TEST_F(AccessLog, FlushNowLeavesNothingForTheTimer) {
  AccessLogger& logger = newLogger("/tmp/a.log");
  log(logger, 200);
  logger.flushNow();
  EXPECT_EQ(written("/tmp/a.log"), "200\n");
  EXPECT_EQ(environment.dispatcher().armedTimers(), 0u);
  logger.flushNow();
  EXPECT_EQ(written("/tmp/a.log"), "200\n");
}

TEST_F(AccessLog, LoggersOfOnePathShareAFile) {
  AccessLogger& one = newLogger("/dev/stdout");
  AccessLogger& two = newLogger("/dev/stdout", "two %RESPONSE_CODE%\n");
  log(one, 200);
  log(two, 201);
  two.flushNow();
  one.flushNow();
  EXPECT_EQ(written("/dev/stdout"), "two 201\n200\n");
}

TEST_F(AccessLog, APathThatCannotBeOpenedIsAnErrorThatNamesIt) {
  const auto file = files.open("/no/such/folder/a.log");
  ASSERT_FALSE(file.has_value());
  EXPECT_TRUE(file.error().message.find("/no/such/folder/a.log") != std::string::npos) << file.error().message;
}

TEST_F(AccessLog, ReopenWritesToTheNewFile) {
  AccessLogger& logger = newLogger("/tmp/a.log");
  log(logger, 200);
  logger.flushNow();
  environment.files().remove("/tmp/a.log");
  EXPECT_TRUE(files.reopen().has_value());
  log(logger, 201);
  logger.flushNow();
  EXPECT_EQ(written("/tmp/a.log"), "201\n");
}

TEST_F(AccessLog, AFileThatCannotBeReopenedKeepsTheOldOne) {
  AccessLogger& logger = newLogger("/tmp/a.log");
  environment.files().makeUnreadable("/tmp/a.log");
  EXPECT_FALSE(files.reopen().has_value());
  log(logger, 200);
  logger.flushNow();
  EXPECT_EQ(written("/tmp/a.log"), "200\n");
}

}  // namespace
}  // namespace orrery::access_log
