#include <gtest/gtest.h>

#include "sim/explore/entity_class.h"
#include "sim/explore/failure_class.h"

namespace orrery::sim {
namespace {

TEST(EntityClass, LeavesOutWhichOneItIs) {
  EXPECT_EQ(entityClass("/client.2/connection.7/timer_idle.1"), "/client/connection/timer_idle");
  EXPECT_EQ(entityClass("/proxy/w0"), "/proxy/w");
  EXPECT_EQ(entityClass("/client"), "/client");
  EXPECT_EQ(entityClass("/"), "/");
  EXPECT_EQ(entityClass("origin"), "origin");
  EXPECT_EQ(entityClass("/7"), "/7");
  EXPECT_EQ(entityClass(""), "");
}

TEST(FailureClass, OfAnOracleIsItsMessageWithoutNumbers) {
  const FailureClass a = classOf({"at-most-once", "/origin.1", TimePoint(), "request #2 seen 3 times by origin"});
  const FailureClass b = classOf({"at-most-once", "/origin.2", TimePoint(), "request #14 seen 2 times by origin"});
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.cause, "request ## seen # times by origin");
  EXPECT_NE(a, classOf({"at-most-once", "/origin.1", TimePoint(), "request #2 seen by another"}));
  EXPECT_NE(a, classOf({"pairing", "/origin.1", TimePoint(), "request #2 seen 3 times by origin"}));
}

TEST(FailureClass, OfAClaimIsTheClaim) {
  const FailureClass a = classOf({"always", "", TimePoint(), "`x.status == 200` does not hold: x.status is 503"});
  EXPECT_EQ(a.cause, "x.status == 200");
  EXPECT_EQ(a, classOf({"always", "", TimePoint(), "`x.status == 200` does not hold: x.status is 504"}));
}

TEST(FailureClass, AnyOfWhatBrokeCounts) {
  RunResult result;
  EXPECT_FALSE(classOf(result));
  result.outcome = RunOutcome::kFail;
  result.failures = {{"a", "", TimePoint(), "1"}, {"b", "", TimePoint(), "2"}};
  EXPECT_EQ(classOf(result)->check, "a");
  EXPECT_TRUE(failsAs(result, {"b", "", "#"}));
  EXPECT_FALSE(failsAs(result, {"c", "", "#"}));
}

TEST(FailureClass, OfARunThatCannotBeCarriedOutIsError) {
  RunResult result;
  result.outcome = RunOutcome::kError;
  result.error = "line 3: no such host";
  ASSERT_TRUE(classOf(result));
  EXPECT_EQ(classOf(result)->check, "error");
  EXPECT_TRUE(failsAs(result, *classOf(result)));
}

}  // namespace
}  // namespace orrery::sim
