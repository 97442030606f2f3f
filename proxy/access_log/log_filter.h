#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/io/random.h"
#include "proxy/message/grpc.h"
#include "proxy/route/route_config.h"
#include "proxy/runtime/runtime.h"
#include "proxy/stream_info/stream_info.h"

// Which streams an access log writes (envoy.config.accesslog.v3.AccessLogFilter), as plain data made by proxy/config.
namespace orrery::access_log {

struct LogFilter {
  enum class Kind : uint8_t {
    kAnd,
    kOr,
    kStatus,
    kNotHealthCheck,
    kDuration,
    kRuntime,
    kHeader,
    kResponseFlag,
    kGrpcStatus,
    kLogType,
    kMetadata
  };
  enum class Comparison : uint8_t { kEqual, kGreaterOrEqual, kLessOrEqual, kNotEqual };

  Kind kind = Kind::kAnd;
  std::vector<LogFilter> filters;  // kAnd, kOr
  // kStatus, kDuration (milliseconds)
  Comparison comparison = Comparison::kEqual;
  uint64_t value = 0;
  std::string runtimeKey;  // overrides value; kRuntime: the key of the fraction
  // kRuntime
  route::FractionalPercent fraction;
  bool independentRandomness = false;         // false: streams of one x-request-id share their fate
  std::vector<route::HeaderMatcher> headers;  // kHeader: one
  // kResponseFlag: any of them; empty: any flag at all. Bits as in stream_info::ResponseFlags.
  uint64_t flags = 0;
  std::vector<message::GrpcStatus> statuses;  // kGrpcStatus
  std::vector<stream_info::LogType> types;    // kLogType
  route::MetadataMatcher metadata;            // kMetadata; `invert` is not looked at, as in Envoy
  bool ifMissing = true;                      // kMetadata: the answer where the metadata is not there
  bool exclude = false;                       // kGrpcStatus, kLogType: all but those
};

// What a decision may look at beside the record.
struct LogMoment {
  TimePoint now;
  const runtime::Snapshot& runtime;
  io::Random& random;
};

// Makes what matching needs (regular expressions). Errors: of a regular expression.
Status compileFilter(LogFilter& filter);

bool matches(const LogFilter& filter, const stream_info::LogRecord& record, const LogMoment& moment);

// The gRPC status of a finished stream: its trailers', else its headers', else what its HTTP status stands for.
message::GrpcStatus grpcStatusOf(const stream_info::LogRecord& record);

}  // namespace orrery::access_log
