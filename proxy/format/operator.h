#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/format/request_text.h"
#include "proxy/format/time_format.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::format {

// The operators, in the order of the table in operator.cc.
enum class OperatorKind : uint8_t {
  kRequestHeader,
  kResponseHeader,
  kTrailer,
  kStartTime,
  kCommonDuration,
  kDuration,
  kRequestDuration,
  kRequestTxDuration,
  kResponseDuration,
  kResponseTxDuration,
  kProtocol,
  kResponseCode,
  kResponseCodeDetails,
  kResponseFlags,
  kResponseFlagsLong,
  kConnectionTerminationDetails,
  kBytesReceived,
  kBytesSent,
  kRequestHeadersBytes,
  kResponseHeadersBytes,
  kResponseTrailersBytes,
  kDownstreamWireBytesReceived,
  kDownstreamWireBytesSent,
  kUpstreamWireBytesReceived,
  kUpstreamWireBytesSent,
  kConnectionId,
  kUpstreamConnectionId,
  kAttemptCount,
  kUpstreamHost,
  kUpstreamCluster,
  kUpstreamLocalAddress,
  kUpstreamRemoteAddress,
  kUpstreamTransportFailureReason,
  kDownstreamRemoteAddress,
  kDownstreamDirectRemoteAddress,
  kDownstreamLocalAddress,
  kRouteName,
  kStreamId,
  kAccessLogType,
  kLocalReplyBody,
  kDynamicMetadata,
  kGrpcStatus,
  kQueryParameter,
  kPath,
  kAbsent,  // what only exists with a feature that a configuration cannot ask for yet (TLS, tracing, virtual clusters)
};

// An instant of a stream that %COMMON_DURATION% counts from or to.
enum class TimeSite : uint8_t { kDsRxBeg, kDsRxEnd, kUsTxBeg, kUsTxEnd, kUsRxBeg, kUsRxEnd, kDsTxBeg, kDsTxEnd };

// What of an address is wanted.
enum class AddressPart : uint8_t { kWhole, kWithoutPort, kPort };

// One compiled operator of a substitution format. Value type, immutable after parsing.
struct Operator {
  OperatorKind kind = OperatorKind::kAbsent;
  bool number = false;  // unquoted in JSON
  std::optional<message::HeaderName> header;
  std::optional<message::HeaderName> alternative;
  size_t maxLength = SIZE_MAX;
  std::optional<TimeFormat> time;
  TimeSite from = TimeSite::kDsRxBeg;
  TimeSite to = TimeSite::kDsRxBeg;
  int64_t unitNanoseconds = 1'000'000;
  AddressPart part = AddressPart::kWhole;
  bool allowSpaces = false;
  GrpcStatusForm grpcForm = GrpcStatusForm::kCamel;
  WhichPath whichPath = WhichPath::kOriginalOrPresent;
  bool query = true;                   // kPath: with it
  std::vector<std::string> path = {};  // of metadata: the namespace and the keys below it; of kQueryParameter: its name

  // Appends the value; false (and nothing appended) if the stream has none: "-" in text, null in JSON.
  bool append(const stream_info::LogRecord& record, std::string& out) const;
  // The same as a JSON value; only for kDynamicMetadata, whose values have kinds.
  bool appendJson(const stream_info::LogRecord& record, std::string& out) const;
};

// The pieces of "%NAME(ARGUMENT):LENGTH%". Errors name the operator.
Result<Operator> parseOperator(std::string_view name, std::optional<std::string_view> argument,
                               std::optional<size_t> length);

}  // namespace orrery::format
