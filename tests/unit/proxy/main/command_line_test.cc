#include "proxy/main/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orrery::main {
namespace {

using Arguments = std::vector<std::string>;

CommandLine good(Arguments arguments) {
  const auto r = parseCommandLine(arguments);
  EXPECT_TRUE(r.has_value()) << (r ? "" : r.error().text);
  return r.value_or(CommandLine{});
}

EndNow bad(const Arguments& arguments) {
  const auto r = parseCommandLine(arguments);
  EXPECT_FALSE(r.has_value());
  const EndNow end = r ? EndNow{} : r.error();
  EXPECT_EQ(end.exitCode, 2);
  EXPECT_EQ(end.text.find('\n'), std::string::npos) << "one line: " << end.text;
  return end;
}

TEST(CommandLine, DefaultsAreEnvoys) {
  const CommandLine c = good({"-c", "a.yaml"});
  EXPECT_EQ(c.configPath, "a.yaml");
  EXPECT_EQ(c.mode, Mode::kServe);
  EXPECT_FALSE(c.concurrency.has_value());
  EXPECT_EQ(c.logLevel, events::LogLevel::kInfo);
  EXPECT_EQ(c.drainTime, Duration::seconds(600));
  EXPECT_TRUE(c.drainsGradually);
  EXPECT_EQ(c.fileFlushInterval, Duration::seconds(10));
}

TEST(CommandLine, TakesEnvoysFlagsInBothSpellings) {
  const CommandLine c = good({"--config-path=a.yaml", "--concurrency", "3", "--mode=validate", "-l", "warn",
                              "--admin-address-path", "admin", "--drain-time-s", "7", "--drain-strategy", "immediate",
                              "--log-path=log", "--file-flush-interval-msec", "50", "--disable-hot-restart"});
  EXPECT_EQ(c.configPath, "a.yaml");
  EXPECT_EQ(c.concurrency, 3u);
  EXPECT_EQ(c.mode, Mode::kValidate);
  EXPECT_EQ(c.logLevel, events::LogLevel::kWarning);
  EXPECT_EQ(c.adminAddressPath, "admin");
  EXPECT_EQ(c.drainTime, Duration::seconds(7));
  EXPECT_FALSE(c.drainsGradually);
  EXPECT_EQ(c.logPath, "log");
  EXPECT_EQ(c.fileFlushInterval, Duration::milliseconds(50));
}

TEST(CommandLine, TextMayStandInPlaceOfAFileOrBesideIt) {
  EXPECT_EQ(good({"--config-yaml", "admin: {}"}).configYaml, "admin: {}");
  const CommandLine both = good({"-c", "a", "--config-yaml", "admin: {}"});
  EXPECT_EQ(both.configPath, "a");
  EXPECT_EQ(both.configYaml, "admin: {}");
}

TEST(CommandLine, ZeroWorkersAreOneAndOffIsNoLevel) {
  EXPECT_EQ(good({"-c", "a", "--concurrency", "0"}).concurrency, 1u);
  EXPECT_FALSE(good({"-c", "a", "-l", "off"}).logLevel.has_value());
}

TEST(CommandLine, FlagsOfEnvoyThatDoNotExistAreRefusedByName) {
  for (const char* flag : {"--base-id", "--restart-epoch", "--service-cluster", "--component-log-level"}) {
    const EndNow end = bad({"-c", "a", flag, "1"});
    EXPECT_NE(end.text.find(flag), std::string::npos) << end.text;
    EXPECT_NE(end.text.find("not supported"), std::string::npos) << end.text;
  }
  EXPECT_NE(bad({"-c", "a", "--allow-unknown-fields"}).text.find("--allow-unknown-fields"), std::string::npos);
}

TEST(CommandLine, WrongUseIsOneLineThatNamesTheFlag) {
  EXPECT_NE(bad({"-c", "a", "--bogus"}).text.find("--bogus"), std::string::npos);
  EXPECT_NE(bad({"-c", "a", "--mode", "init_only"}).text.find("--mode"), std::string::npos);
  EXPECT_NE(bad({"-c", "a", "-l", "loud"}).text.find("loud"), std::string::npos);
  EXPECT_NE(bad({"-c", "a", "--concurrency", "many"}).text.find("concurrency"), std::string::npos);
  EXPECT_NE(bad({"-c", "a", "--concurrency", "-1"}).text.find("concurrency"), std::string::npos);
  EXPECT_NE(bad({"-c", "a", "--concurrency", "100000"}).text.find("concurrency"), std::string::npos);
  EXPECT_NE(bad({"-c", "a", "--drain-strategy", "slow"}).text.find("expected gradual or immediate, found 'slow'"),
            std::string::npos);
  EXPECT_NE(bad({"-c", "a", "--drain-time-s", "-1"}).text.find("--drain-time-s"), std::string::npos);
  EXPECT_NE(bad({"-c"}).text.find("-c"), std::string::npos);
  EXPECT_NE(bad({}).text.find("-c FILE"), std::string::npos);
}

TEST(CommandLine, HelpAndVersionEndWithSuccess) {
  for (const char* flag : {"--help", "--version"}) {
    const auto r = parseCommandLine({flag});
    ASSERT_FALSE(r.has_value());
    EXPECT_EQ(r.error().exitCode, 0);
    EXPECT_NE(r.error().text.find("orrery-proxy"), std::string::npos);
  }
}

}  // namespace
}  // namespace orrery::main
