#include "proxy/access_log/log_filter.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/access_log/fixed_random.h"

namespace orrery::access_log {
namespace {

using Kind = LogFilter::Kind;
using message::HeaderId;
using stream_info::LogType;
using stream_info::ResponseFlag;

struct LogFilters : testing::Test {
  bool logs(const LogFilter& filter, LogType type = LogType::kDownstreamEnd) {
    return matches(filter, {info, &request, &response, nullptr, type},
                   {info.startMonotonic + elapsed, runtime, random});
  }
  LogFilter comparing(Kind kind, LogFilter::Comparison comparison, uint64_t value) {
    LogFilter f;
    f.kind = kind;
    f.comparison = comparison;
    f.value = value;
    return f;
  }

  ArenaPool pool;
  Arena arena{pool};
  message::HeaderMap request{arena};
  message::HeaderMap response{arena};
  stream_info::StreamInfo info;
  Duration elapsed;
  runtime::Snapshot runtime;
  FixedRandom random;
};

TEST_F(LogFilters, StatusIsComparedAndTheRuntimeReplacesTheLimit) {
  info.responseCode = 404;
  using enum LogFilter::Comparison;
  EXPECT_TRUE(logs(comparing(Kind::kStatus, kEqual, 404)));
  EXPECT_FALSE(logs(comparing(Kind::kStatus, kEqual, 405)));
  EXPECT_TRUE(logs(comparing(Kind::kStatus, kGreaterOrEqual, 404)));
  EXPECT_FALSE(logs(comparing(Kind::kStatus, kGreaterOrEqual, 405)));
  EXPECT_TRUE(logs(comparing(Kind::kStatus, kLessOrEqual, 404)));
  EXPECT_FALSE(logs(comparing(Kind::kStatus, kLessOrEqual, 403)));
  EXPECT_FALSE(logs(comparing(Kind::kStatus, kNotEqual, 404)));
  LogFilter f = comparing(Kind::kStatus, kEqual, 404);
  f.runtimeKey = "log.status";
  runtime = runtime::Snapshot(runtime::RuntimeOptions{{{"l", false, {{"log.status", "500"}}}}});
  EXPECT_FALSE(logs(f));
  info.responseCode = 500;
  EXPECT_TRUE(logs(f));
}

TEST_F(LogFilters, DurationOfAStreamUnderWayIsUntilNow) {
  const LogFilter slow = comparing(Kind::kDuration, LogFilter::Comparison::kGreaterOrEqual, 1000);
  elapsed = Duration::milliseconds(999);
  EXPECT_FALSE(logs(slow));
  elapsed = Duration::milliseconds(1000);
  EXPECT_TRUE(logs(slow));
  info.complete.mark(info.startMonotonic + Duration::milliseconds(5));
  EXPECT_FALSE(logs(slow));
}

TEST_F(LogFilters, RuntimeFractionsFollowTheRequestIdUnlessTheyAreIndependent) {
  LogFilter f;
  f.kind = Kind::kRuntime;
  f.runtimeKey = "log.part";
  f.fraction = {17, 100};
  request.add(HeaderId::kXRequestId, "00000010-0000-4000-8000-000000000000");  // 16
  random.value = 99;
  EXPECT_TRUE(logs(f));
  f.fraction = {16, 100};
  EXPECT_FALSE(logs(f));
  f.independentRandomness = true;
  random.value = 15;
  EXPECT_TRUE(logs(f));
  runtime = runtime::Snapshot(runtime::RuntimeOptions{{{"l", false, {{"log.part", "15"}}}}});
  EXPECT_FALSE(logs(f));
}

TEST_F(LogFilters, FlagsMatchAnyOfThoseGivenOrAnyAtAll) {
  LogFilter f;
  f.kind = Kind::kResponseFlag;
  EXPECT_FALSE(logs(f));
  info.flags.set(ResponseFlag::kNoRouteFound);
  EXPECT_TRUE(logs(f));
  f.flags = uint64_t{1} << static_cast<unsigned>(ResponseFlag::kUpstreamOverflow);
  EXPECT_FALSE(logs(f));
  info.flags.set(ResponseFlag::kUpstreamOverflow);
  EXPECT_TRUE(logs(f));
}

TEST_F(LogFilters, GrpcStatusIsOfTheTrailersTheHeadersOrTheHttpStatus) {
  info.responseCode = 503;
  EXPECT_EQ(grpcStatusOf({info, &request, &response}), message::GrpcStatus::kUnavailable);
  response.add("grpc-status", "5");
  EXPECT_EQ(grpcStatusOf({info, &request, &response}), static_cast<message::GrpcStatus>(5));
  message::HeaderMap trailers(arena);
  trailers.add("grpc-status", "0");
  EXPECT_EQ(grpcStatusOf({info, &request, &response, &trailers}), message::GrpcStatus::kOk);
  LogFilter f;
  f.kind = Kind::kGrpcStatus;
  f.statuses = {static_cast<message::GrpcStatus>(5)};
  EXPECT_TRUE(logs(f));
  f.exclude = true;
  EXPECT_FALSE(logs(f));
}

TEST_F(LogFilters, TypesAndAndOrCombine) {
  LogFilter starts;
  starts.kind = Kind::kLogType;
  starts.types = {LogType::kDownstreamStart};
  EXPECT_FALSE(logs(starts));
  EXPECT_TRUE(logs(starts, LogType::kDownstreamStart));
  LogFilter both;
  EXPECT_TRUE(logs(both));  // nothing to hold
  both.filters = {starts, comparing(Kind::kStatus, LogFilter::Comparison::kEqual, 0)};
  EXPECT_FALSE(logs(both));
  EXPECT_TRUE(logs(both, LogType::kDownstreamStart));
  both.kind = Kind::kOr;
  EXPECT_TRUE(logs(both));
  both.filters.clear();
  EXPECT_FALSE(logs(both));
}

}  // namespace
}  // namespace orrery::access_log
