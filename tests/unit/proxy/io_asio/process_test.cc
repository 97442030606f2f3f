#include "proxy/io_asio/process.h"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdlib>

namespace orrery::io_asio {
namespace {

// Sets a variable of this process for one test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* const old = std::getenv(name)) old_ = old;
    ::setenv(name, value, 1);
  }
  ~Variable() {
    if (old_) {
      ::setenv(name_, old_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
    ::tzset();
  }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(RealProcess, VariablesAreThoseOfTheProgram) {
  const Variable variable("ORRERY_TEST_VARIABLE", "a value");
  EXPECT_EQ(RealProcess().variable("ORRERY_TEST_VARIABLE"), "a value");
}

TEST(RealProcess, AnEmptyVariableIsSet) {
  const Variable variable("ORRERY_TEST_VARIABLE", "");
  EXPECT_EQ(RealProcess().variable("ORRERY_TEST_VARIABLE"), "");
}

// POSIX says in the variable itself when the clocks change, so that no table of zones is needed.
TEST(RealProcess, TheZoneIsTheProgramsAtThatInstant) {
  const Variable variable("TZ", "CET-1CEST,M3.5.0,M10.5.0/3");
  const RealProcess process;
  const ZoneOffset winter =
      process.localZone(WallTime::fromUnixNanoseconds(1'767'225'600'000'000'000));  // 1 January 2026
  EXPECT_EQ(winter.seconds, 3600);
  EXPECT_EQ(winter.name, "CET");
  const ZoneOffset summer = process.localZone(WallTime::fromUnixNanoseconds(1'782'864'000'000'000'000));  // 1 July 2026
  EXPECT_EQ(summer.seconds, 7200);
  EXPECT_EQ(summer.name, "CEST");
}

}  // namespace
}  // namespace orrery::io_asio
