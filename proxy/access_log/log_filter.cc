#include "proxy/access_log/log_filter.h"

#include <algorithm>
#include <charconv>

#include "proxy/match/header_matcher.h"

namespace orrery::access_log {
namespace {

using stream_info::LogRecord;

bool compares(const LogFilter& filter, uint64_t value, const LogMoment& moment) {
  const uint64_t limit =
      filter.runtimeKey.empty() ? filter.value : moment.runtime.integer(filter.runtimeKey, filter.value);
  switch (filter.comparison) {
    case LogFilter::Comparison::kEqual: return value == limit;
    case LogFilter::Comparison::kGreaterOrEqual: return value >= limit;
    case LogFilter::Comparison::kLessOrEqual: return value <= limit;
    case LogFilter::Comparison::kNotEqual: return value != limit;
  }
  return false;
}

// The first eight digits of a UUID as a number, as Envoy's request-id extension gives it.
bool numberOf(std::string_view requestId, uint64_t& number) {
  if (requestId.size() != 36) return false;
  const auto [end, error] = std::from_chars(requestId.data(), requestId.data() + 8, number, 16);
  return error == std::errc() && end == requestId.data() + 8;
}

bool isSampled(const LogFilter& filter, const LogRecord& record, const LogMoment& moment) {
  route::FractionalPercent percent = filter.fraction;
  // A plain number in the runtime counts in the fraction's own denominator.
  percent.numerator = static_cast<uint32_t>(
      std::min<uint64_t>(moment.runtime.integer(filter.runtimeKey, percent.numerator), percent.denominator));
  uint64_t drawn = 0;
  const std::string_view id = record.requestHeaders == nullptr
                                  ? std::string_view()
                                  : record.requestHeaders->get(message::HeaderId::kXRequestId);
  if (filter.independentRandomness || !numberOf(id, drawn)) drawn = moment.random.bits();
  return percent.denominator != 0 && drawn % percent.denominator < percent.numerator;
}

uint64_t durationOf(const LogRecord& record, const LogMoment& moment) {
  const TimePoint end = record.info.complete.set ? record.info.complete.at : moment.now;
  return static_cast<uint64_t>((end - record.info.startMonotonic).inMilliseconds());
}

}  // namespace

message::GrpcStatus grpcStatusOf(const LogRecord& record) {
  using message::GrpcStatus;
  for (const message::HeaderMap* headers : {record.responseTrailers, record.responseHeaders}) {
    if (headers == nullptr || !headers->has(message::HeaderId::kGrpcStatus)) continue;
    const auto number = message::grpcStatus(*headers);
    constexpr auto kLast = static_cast<uint32_t>(GrpcStatus::kUnauthenticated);
    return number && *number <= kLast ? static_cast<GrpcStatus>(*number) : GrpcStatus::kUnknown;
  }
  return record.info.responseCode == 0 ? GrpcStatus::kUnknown : message::grpcStatusOfHttp(record.info.responseCode);
}

Status compileFilter(LogFilter& filter) {
  for (LogFilter& inner : filter.filters) {
    if (Status s = compileFilter(inner); !s) return s;
  }
  if (Status s = route::compileMatcher(filter.metadata.value); !s) return s;
  return match::compileMatchers(filter.headers);
}

bool matches(const LogFilter& filter, const LogRecord& record, const LogMoment& moment) {
  const auto holds = [&](const LogFilter& inner) { return matches(inner, record, moment); };
  switch (filter.kind) {
    case LogFilter::Kind::kAnd: return std::ranges::all_of(filter.filters, holds);
    case LogFilter::Kind::kOr: return std::ranges::any_of(filter.filters, holds);
    case LogFilter::Kind::kStatus: return compares(filter, record.info.responseCode, moment);
    case LogFilter::Kind::kNotHealthCheck: return !record.info.healthCheck;
    case LogFilter::Kind::kDuration: return compares(filter, durationOf(record, moment), moment);
    case LogFilter::Kind::kRuntime: return isSampled(filter, record, moment);
    case LogFilter::Kind::kHeader:
      return record.requestHeaders != nullptr && match::matchesAll(filter.headers, *record.requestHeaders);
    case LogFilter::Kind::kResponseFlag:
      return filter.flags == 0 ? record.info.flags.any() : (record.info.flags.bits() & filter.flags) != 0;
    case LogFilter::Kind::kGrpcStatus:
      return (std::ranges::count(filter.statuses, grpcStatusOf(record)) > 0) != filter.exclude;
    case LogFilter::Kind::kMetadata: {
      const stream_info::Value* const value = route::valueOf(filter.metadata, record.info.metadata.get());
      return value == nullptr ? filter.ifMissing : route::matches(filter.metadata.value, value);
    }
    case LogFilter::Kind::kLogType: return (std::ranges::count(filter.types, record.type) > 0) != filter.exclude;
  }
  return false;
}

}  // namespace orrery::access_log
