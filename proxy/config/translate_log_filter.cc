#include "envoy/config/accesslog/v3/accesslog.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {

namespace {

namespace accesslog = envoy::config::accesslog::v3;
using access_log::LogFilter;
using stream_info::LogType;
using stream_info::ResponseFlag;

void setComparison(Translation& t, const accesslog::ComparisonFilter& message, LogFilter& out) {
  switch (message.op()) {
    case accesslog::ComparisonFilter::GE: out.comparison = LogFilter::Comparison::kGreaterOrEqual; break;
    case accesslog::ComparisonFilter::LE: out.comparison = LogFilter::Comparison::kLessOrEqual; break;
    case accesslog::ComparisonFilter::NE: out.comparison = LogFilter::Comparison::kNotEqual; break;
    default: out.comparison = LogFilter::Comparison::kEqual;
  }
  out.value = message.value().default_value();
  out.runtimeKey = message.value().runtime_key();
  t.runtimeKeys.insert(out.runtimeKey);
}

uint64_t flagBit(std::string_view name) {
  for (unsigned i = 0; i < static_cast<unsigned>(ResponseFlag::kCount); ++i) {
    if (stream_info::responseFlagName(static_cast<ResponseFlag>(i)) == name) return uint64_t{1} << i;
  }
  return 0;  // a flag of parts of Envoy that Orrery lacks: never set
}

// True if the type is one that a stream of ours can have.
bool toLogType(envoy::data::accesslog::v3::AccessLogType type, LogType& out) {
  switch (type) {
    case envoy::data::accesslog::v3::DownstreamStart: out = LogType::kDownstreamStart; return true;
    case envoy::data::accesslog::v3::DownstreamPeriodic: out = LogType::kDownstreamPeriodic; return true;
    case envoy::data::accesslog::v3::DownstreamEnd: out = LogType::kDownstreamEnd; return true;
    case envoy::data::accesslog::v3::UpstreamPoolReady: out = LogType::kUpstreamPoolReady; return true;
    case envoy::data::accesslog::v3::UpstreamPeriodic: out = LogType::kUpstreamPeriodic; return true;
    case envoy::data::accesslog::v3::UpstreamEnd: out = LogType::kUpstreamEnd; return true;
    default: return false;
  }
}

template <class Messages>
std::vector<LogFilter> toFilters(Translation& t, const Messages& messages) {
  std::vector<LogFilter> out;
  forEachOf(t, "filters", messages, [&](const auto& m) { out.push_back(toLogFilter(t, m)); });
  return out;
}

}  // namespace

LogFilter toLogFilter(Translation& t, const accesslog::AccessLogFilter& message) {
  LogFilter out;
  switch (message.filter_specifier_case()) {
    case accesslog::AccessLogFilter::kAndFilter: {
      const auto scope = t.path.field("and_filter");
      out.filters = toFilters(t, message.and_filter().filters());
      break;
    }
    case accesslog::AccessLogFilter::kOrFilter: {
      const auto scope = t.path.field("or_filter");
      out.kind = LogFilter::Kind::kOr;
      out.filters = toFilters(t, message.or_filter().filters());
      break;
    }
    case accesslog::AccessLogFilter::kStatusCodeFilter:
      out.kind = LogFilter::Kind::kStatus;
      setComparison(t, message.status_code_filter().comparison(), out);
      break;
    case accesslog::AccessLogFilter::kDurationFilter:
      out.kind = LogFilter::Kind::kDuration;
      setComparison(t, message.duration_filter().comparison(), out);
      break;
    case accesslog::AccessLogFilter::kRuntimeFilter:
      out.kind = LogFilter::Kind::kRuntime;
      out.runtimeKey = message.runtime_filter().runtime_key();
      t.runtimeKeys.insert(out.runtimeKey);
      out.fraction = {0, 100};
      if (message.runtime_filter().has_percent_sampled()) {
        out.fraction = toFraction(message.runtime_filter().percent_sampled());
      }
      out.independentRandomness = message.runtime_filter().use_independent_randomness();
      break;
    case accesslog::AccessLogFilter::kHeaderFilter: {
      const auto scope = t.path.field("header_filter");
      const auto inner = t.path.field("header");
      out.kind = LogFilter::Kind::kHeader;
      out.headers.push_back(toHeaderMatcher(t, message.header_filter().header()));
      break;
    }
    case accesslog::AccessLogFilter::kResponseFlagFilter:
      out.kind = LogFilter::Kind::kResponseFlag;
      for (const auto& flag : message.response_flag_filter().flags()) out.flags |= flagBit(flag);
      // Only flags that never are set: nothing is logged, not everything.
      if (out.flags == 0 && message.response_flag_filter().flags_size() > 0) out.kind = LogFilter::Kind::kOr;
      break;
    case accesslog::AccessLogFilter::kGrpcStatusFilter:
      out.kind = LogFilter::Kind::kGrpcStatus;
      for (const int status : message.grpc_status_filter().statuses()) {
        out.statuses.push_back(static_cast<message::GrpcStatus>(status));
      }
      out.exclude = message.grpc_status_filter().exclude();
      break;
    case accesslog::AccessLogFilter::kLogTypeFilter:
      out.kind = LogFilter::Kind::kLogType;
      for (const int type : message.log_type_filter().types()) {
        LogType known{};
        if (toLogType(static_cast<envoy::data::accesslog::v3::AccessLogType>(type), known)) out.types.push_back(known);
      }
      out.exclude = message.log_type_filter().exclude();
      break;
    case accesslog::AccessLogFilter::kMetadataFilter: {
      const auto scope = t.path.field("metadata_filter");
      const auto& metadata = message.metadata_filter();
      out.kind = LogFilter::Kind::kMetadata;
      out.ifMissing = !metadata.has_match_if_key_not_found() || metadata.match_if_key_not_found().value();
      if (metadata.has_matcher()) {
        const auto inner = t.path.field("matcher");
        out.metadata = toMetadataMatcher(t, metadata.matcher());
      }
      break;
    }
    case accesslog::AccessLogFilter::kNotHealthCheckFilter: out.kind = LogFilter::Kind::kNotHealthCheck; break;
    default: break;  // refused by their fields
  }
  if (Status s = access_log::compileFilter(out); !s) t.refuse(s.error().message);
  return out;
}

}  // namespace orrery::config
