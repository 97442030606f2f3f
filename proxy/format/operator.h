#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/format/address_text.h"
#include "proxy/format/extensions.h"
#include "proxy/format/request_text.h"
#include "proxy/format/time_format.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::format {

enum class OperatorKind : uint8_t {
  kRequestHeader,
  kResponseHeader,
  kTrailer,
  kStartTime,
  kEmitTime,
  kCommonDuration,
  kDuration,
  kRequestDuration,
  kRequestTxDuration,
  kResponseDuration,
  kResponseTxDuration,
  kPoolReadyDuration,
  kProtocol,
  kUpstreamProtocol,
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
  kDownstreamMeter,
  kUpstreamMeter,
  kConnectionId,
  kUpstreamConnectionId,
  kAttemptedConnectionIds,
  kAttemptCount,
  kUpstreamHost,
  kUpstreamHostName,
  kAttemptedHostNames,
  kUpstreamCluster,
  kUpstreamLocalAddress,
  kUpstreamRemoteAddress,
  kUpstreamTransportFailureReason,
  kUpstreamCloseType,
  kUpstreamEndpointId,
  kDownstreamRemoteAddress,
  kDownstreamDirectRemoteAddress,
  kDownstreamLocalAddress,
  kDownstreamCloseType,
  kRouteName,
  kVirtualClusterName,
  kFilterChainName,
  kStreamId,
  kUniqueId,
  kHostname,
  kEnvironment,
  kAccessLogType,
  kLocalReplyBody,
  kMetadata,
  kFilterState,
  kGrpcStatus,
  kQueryParameter,
  kQueryParameters,
  kPath,
  kRequestedHost,
  kCoalesce,
  kZero,    // what is counted for HTTP/3 only
  kEmpty,   // what is there, and empty: no filter sets flags of its own, no address is one of an internal listener
  kAbsent,  // what only exists with a feature that a configuration cannot ask for yet (TLS, tracing, virtual clusters)
};

// An instant of a stream that %COMMON_DURATION% counts from or to; kNever: one that nothing sets.
enum class TimeSite : uint8_t {
  kDsRxBeg,
  kDsRxEnd,
  kUsCxBeg,
  kUsCxEnd,
  kUsTxBeg,
  kUsTxEnd,
  kUsRxBeg,
  kUsRxBodyBeg,
  kUsRxEnd,
  kDsTxBeg,
  kDsTxEnd,
  kNever,
};

// Whose metadata is wanted.
enum class MetadataOf : uint8_t { kDynamic, kCluster, kRoute, kUpstreamHost, kListener, kFilterChain, kVirtualHost };

// One compiled operator of a substitution format. Value type, immutable after parsing.
struct Operator {
  OperatorKind kind = OperatorKind::kAbsent;
  bool number = false;  // unquoted in JSON
  std::optional<message::HeaderName> header;
  std::optional<message::HeaderName> alternative;
  size_t maxLength = SIZE_MAX;
  std::optional<TimeFormat> time;
  bool local = false;  // the time is told in the process's zone
  TimeSite from = TimeSite::kDsRxBeg;
  TimeSite to = TimeSite::kDsRxBeg;
  int64_t unitNanoseconds = 1'000'000;
  uint64_t message::BytesMeter::* meter = nullptr;  // which of its counts
  AddressPart part = AddressPart::kWhole;
  std::optional<uint32_t> maskBits;
  bool allowSpaces = false;
  GrpcStatusForm grpcForm = GrpcStatusForm::kCamel;
  WhichHeader which = WhichHeader::kOriginalOrPresent;
  bool query = true;     // kPath: with it; kRequestHeader: up to it, or the whole value
  bool decoded = false;  // kQueryParameters
  MetadataOf metadataOf = MetadataOf::kDynamic;
  // Of metadata: the namespace and the keys below it; of filter state: key and field, none: an object as a whole; of
  // kQueryParameter and kEnvironment: the name.
  std::vector<std::string> path = {};
  std::vector<Operator> choices = {};  // of kCoalesce: the first that has a value counts

  // Appends the value; false (and nothing appended) if the stream has none: "-" in text, null in JSON.
  bool append(const stream_info::LogRecord& record, std::string& out) const;
  // The same as a JSON value: numbers and metadata keep their kind, all else is a string.
  bool appendJson(const stream_info::LogRecord& record, std::string& out) const;
};

// The pieces of "%NAME(ARGUMENT):LENGTH%". Errors name the operator.
Result<Operator> parseOperator(std::string_view name, std::optional<std::string_view> argument,
                               std::optional<size_t> length, const Extensions& extensions = {});

}  // namespace orrery::format
