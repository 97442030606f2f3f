#include <algorithm>
#include <iterator>

#include "proxy/base/ascii.h"
#include "proxy/format/operator.h"

namespace orrery::format {
namespace {

using enum OperatorKind;

// What may stand behind the name.
enum class Takes : uint8_t { kNothing, kOptional, kRequired };

struct Row {
  std::string_view name;
  OperatorKind kind;
  bool number = false;
  Takes takes = Takes::kNothing;
  bool length = false;
  AddressPart part = AddressPart::kWhole;
};

// Envoy's built-in operators (1.40) that a stream of ours can answer. Not here, so refused by name: other metadata, filter state,
// environment and host name, times in a local zone, and formatters that are extensions of Envoy (REQ_WITHOUT_QUERY, CEL).
constexpr Row kRows[] = {
    {"REQ", kRequestHeader, false, Takes::kRequired, true},
    {"RESP", kResponseHeader, false, Takes::kRequired, true},
    {"TRAILER", kTrailer, false, Takes::kRequired, true},
    {"START_TIME", kStartTime, false, Takes::kOptional},
    {"COMMON_DURATION", kCommonDuration, true, Takes::kRequired},
    {"DURATION", kDuration, true},
    {"REQUEST_DURATION", kRequestDuration, true},
    {"REQUEST_TX_DURATION", kRequestTxDuration, true},
    {"RESPONSE_DURATION", kResponseDuration, true},
    {"RESPONSE_TX_DURATION", kResponseTxDuration, true},
    {"PROTOCOL", kProtocol},
    {"RESPONSE_CODE", kResponseCode, true},
    {"RESPONSE_CODE_DETAILS", kResponseCodeDetails, false, Takes::kOptional},
    {"RESPONSE_FLAGS", kResponseFlags},
    {"RESPONSE_FLAGS_LONG", kResponseFlagsLong},
    {"CONNECTION_TERMINATION_DETAILS", kConnectionTerminationDetails},
    {"BYTES_RECEIVED", kBytesReceived, true},
    {"BYTES_SENT", kBytesSent, true},
    {"REQUEST_HEADERS_BYTES", kRequestHeadersBytes, true},
    {"RESPONSE_HEADERS_BYTES", kResponseHeadersBytes, true},
    {"RESPONSE_TRAILERS_BYTES", kResponseTrailersBytes, true},
    {"DOWNSTREAM_WIRE_BYTES_RECEIVED", kDownstreamWireBytesReceived, true},
    {"DOWNSTREAM_WIRE_BYTES_SENT", kDownstreamWireBytesSent, true},
    {"UPSTREAM_WIRE_BYTES_RECEIVED", kUpstreamWireBytesReceived, true},
    {"UPSTREAM_WIRE_BYTES_SENT", kUpstreamWireBytesSent, true},
    {"CONNECTION_ID", kConnectionId, true},
    {"UPSTREAM_CONNECTION_ID", kUpstreamConnectionId, true},
    {"UPSTREAM_REQUEST_ATTEMPT_COUNT", kAttemptCount, true},
    {"UPSTREAM_HOST", kUpstreamHost},
    {"UPSTREAM_CLUSTER", kUpstreamCluster},
    {"UPSTREAM_CLUSTER_RAW", kUpstreamCluster},
    {"UPSTREAM_LOCAL_ADDRESS", kUpstreamLocalAddress},
    {"UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", kUpstreamLocalAddress, false, Takes::kNothing, false,
     AddressPart::kWithoutPort},
    {"UPSTREAM_LOCAL_PORT", kUpstreamLocalAddress, true, Takes::kNothing, false, AddressPart::kPort},
    {"UPSTREAM_REMOTE_ADDRESS", kUpstreamRemoteAddress},
    {"UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", kUpstreamRemoteAddress, false, Takes::kNothing, false,
     AddressPart::kWithoutPort},
    {"UPSTREAM_REMOTE_PORT", kUpstreamRemoteAddress, true, Takes::kNothing, false, AddressPart::kPort},
    {"UPSTREAM_TRANSPORT_FAILURE_REASON", kUpstreamTransportFailureReason},
    {"DOWNSTREAM_REMOTE_ADDRESS", kDownstreamRemoteAddress},
    {"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", kDownstreamRemoteAddress, false, Takes::kNothing, false,
     AddressPart::kWithoutPort},
    {"DOWNSTREAM_REMOTE_PORT", kDownstreamRemoteAddress, true, Takes::kNothing, false, AddressPart::kPort},
    {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS", kDownstreamDirectRemoteAddress},
    {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", kDownstreamDirectRemoteAddress, false, Takes::kNothing, false,
     AddressPart::kWithoutPort},
    {"DOWNSTREAM_DIRECT_REMOTE_PORT", kDownstreamDirectRemoteAddress, true, Takes::kNothing, false, AddressPart::kPort},
    {"DOWNSTREAM_LOCAL_ADDRESS", kDownstreamLocalAddress},
    {"DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", kDownstreamLocalAddress, false, Takes::kNothing, false,
     AddressPart::kWithoutPort},
    {"DOWNSTREAM_LOCAL_PORT", kDownstreamLocalAddress, true, Takes::kNothing, false, AddressPart::kPort},
    {"DOWNSTREAM_DIRECT_LOCAL_ADDRESS", kDownstreamLocalAddress},  // nothing can replace it yet
    {"DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT", kDownstreamLocalAddress, false, Takes::kNothing, false,
     AddressPart::kWithoutPort},
    {"DOWNSTREAM_DIRECT_LOCAL_PORT", kDownstreamLocalAddress, true, Takes::kNothing, false, AddressPart::kPort},
    {"ROUTE_NAME", kRouteName},
    {"STREAM_ID", kStreamId},
    {"ACCESS_LOG_TYPE", kAccessLogType},
    {"LOCAL_REPLY_BODY", kLocalReplyBody},
    {"DYNAMIC_METADATA", kDynamicMetadata, false, Takes::kRequired, true},
    {"GRPC_STATUS", kGrpcStatus, false, Takes::kOptional},
    {"GRPC_STATUS_NUMBER", kGrpcStatus, true},
    {"QUERY_PARAM", kQueryParameter, false, Takes::kRequired, true},
    {"PATH", kPath, false, Takes::kOptional, true},
    {"TRACE_ID", kAbsent},
    {"SPAN_ID", kAbsent},
    {"VIRTUAL_CLUSTER_NAME", kAbsent},
    {"REQUESTED_SERVER_NAME", kAbsent},
    {"DOWNSTREAM_TRANSPORT_FAILURE_REASON", kAbsent},
    {"DOWNSTREAM_TLS_VERSION", kAbsent},
    {"DOWNSTREAM_TLS_CIPHER", kAbsent},
    {"DOWNSTREAM_TLS_SESSION_ID", kAbsent},
    {"DOWNSTREAM_LOCAL_SUBJECT", kAbsent},
    {"DOWNSTREAM_PEER_SUBJECT", kAbsent},
    {"DOWNSTREAM_PEER_ISSUER", kAbsent},
    {"DOWNSTREAM_PEER_SERIAL", kAbsent},
    {"DOWNSTREAM_PEER_FINGERPRINT_256", kAbsent},
    {"DOWNSTREAM_PEER_URI_SAN", kAbsent},
    {"DOWNSTREAM_LOCAL_URI_SAN", kAbsent},
    {"UPSTREAM_TLS_VERSION", kAbsent},
    {"UPSTREAM_TLS_CIPHER", kAbsent},
    {"UPSTREAM_TLS_SESSION_ID", kAbsent},
    {"UPSTREAM_PEER_SUBJECT", kAbsent},
};

std::unexpected<Error> refuse(std::string_view name, std::string_view why) {
  return makeError("%" + std::string(name) + "% " + std::string(why));
}

// "host" is another name of ":authority", as in Envoy's header table.
message::HeaderName headerName(std::string_view text) {
  return message::HeaderName(equalsIgnoreCase(text, "host") ? std::string_view(":authority") : text);
}

Status parseHeader(std::string_view name, std::string_view text, Operator& op) {
  if (text.find_first_of(std::string_view("\r\n\0 \t", 5)) != std::string_view::npos) {
    return refuse(name, "names a header with a space or control character");
  }
  const size_t mark = text.find('?');
  if (mark != std::string_view::npos && text.find('?', mark + 1) != std::string_view::npos) {
    return refuse(name, "names more than one alternative header: " + std::string(text));
  }
  op.header = headerName(text.substr(0, mark));
  if (mark != std::string_view::npos) op.alternative = headerName(text.substr(mark + 1));
  return {};
}

bool parseSite(std::string_view text, TimeSite& site) {
  constexpr std::string_view kNames[] = {"DS_RX_BEG", "DS_RX_END", "US_TX_BEG", "US_TX_END",
                                         "US_RX_BEG", "US_RX_END", "DS_TX_BEG", "DS_TX_END"};
  const auto* at = std::find(std::begin(kNames), std::end(kNames), text);
  if (at == std::end(kNames)) return false;
  site = static_cast<TimeSite>(at - std::begin(kNames));
  return true;
}

Status parseDuration(std::string_view name, std::string_view text, Operator& op) {
  const size_t first = text.find(':');
  const size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (first == std::string_view::npos) return refuse(name, "wants START:END or START:END:PRECISION");
  for (const auto& [word, site] :
       {std::pair(text.substr(0, first), &op.from), std::pair(text.substr(first + 1, second - first - 1), &op.to)}) {
    if (!parseSite(word, *site)) return refuse(name, "does not know the time point " + std::string(word));
  }
  const std::string_view precision = second == std::string_view::npos ? "ms" : text.substr(second + 1);
  if (precision == "ms") {
    op.unitNanoseconds = 1'000'000;
  } else if (precision == "us") {
    op.unitNanoseconds = 1'000;
  } else if (precision == "ns") {
    op.unitNanoseconds = 1;
  } else {
    return refuse(name, "has an invalid precision: " + std::string(precision) + " (ms, us or ns)");
  }
  return {};
}

Status parseGrpcForm(std::string_view name, std::string_view text, Operator& op) {
  if (text.empty() || text == "CAMEL_STRING") {
    op.grpcForm = op.number ? GrpcStatusForm::kNumber : GrpcStatusForm::kCamel;
  } else if (text == "SNAKE_STRING") {
    op.grpcForm = GrpcStatusForm::kSnake;
  } else if (text == "NUMBER") {
    op.grpcForm = GrpcStatusForm::kNumber;
    op.number = true;
  } else {
    return refuse(name, "only supports CAMEL_STRING, SNAKE_STRING or NUMBER.");
  }
  return {};
}

Status parsePath(std::string_view name, std::string_view text, Operator& op) {
  const size_t colon = text.find(':');
  const std::string_view query = text.substr(0, colon);
  if (!query.empty() && query != "WQ" && query != "NQ") {
    return refuse(name, "Invalid PATH option: '" + std::string(query) + "', only 'WQ'/'NQ' are allowed");
  }
  op.query = query != "NQ";
  if (colon == std::string_view::npos) return {};
  std::string_view which = text.substr(colon + 1);
  which = which.substr(0, which.find(':'));  // as Envoy, which reads no further
  if (which == "PATH") {
    op.whichPath = WhichPath::kPresent;
  } else if (which == "ORIG") {
    op.whichPath = WhichPath::kOriginal;
  } else if (!which.empty() && which != "ORIG_OR_PATH") {
    return refuse(name,
                  "Invalid PATH option: '" + std::string(which) + "', only 'PATH'/'ORIG'/'ORIG_OR_PATH' are allowed");
  }
  return {};
}

}  // namespace

Result<Operator> parseOperator(std::string_view name, std::optional<std::string_view> argument,
                               std::optional<size_t> length) {
  const Row* const row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.name == name; });
  if (row == std::end(kRows)) return refuse(name, "is not a supported operator");
  if (row->takes == Takes::kNothing && (argument || length)) {
    return refuse(name, "does not take any parameters or length");
  }
  if (row->takes == Takes::kRequired && (!argument || argument->empty())) return refuse(name, "requires parameters");
  if (!row->length && length) return refuse(name, "does not allow length to be specified");

  Operator op;
  op.kind = row->kind;
  op.number = row->number;
  op.part = row->part;
  if (length) op.maxLength = *length;
  Status status;
  switch (row->kind) {
    case kRequestHeader:
    case kResponseHeader:
    case kTrailer: status = parseHeader(name, *argument, op); break;
    case kCommonDuration: status = parseDuration(name, *argument, op); break;
    case kStartTime:
      if (argument && argument->find("%n") != std::string_view::npos) {
        return refuse(name, "would write a line end into its line");
      }
      op.time.emplace(argument.value_or(std::string_view()));
      break;
    case kDynamicMetadata:
      for (std::string_view rest = *argument;;) {
        const size_t colon = rest.find(':');
        op.path.emplace_back(rest.substr(0, colon));
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
      }
      break;
    case kGrpcStatus: status = parseGrpcForm(name, argument.value_or(std::string_view()), op); break;
    case kQueryParameter: op.path = {std::string(*argument)}; break;
    case kPath: status = parsePath(name, argument.value_or(std::string_view()), op); break;
    case kResponseCodeDetails: op.allowSpaces = argument == "ALLOW_WHITESPACES"; break;
    default: break;
  }
  if (!status) return std::unexpected(status.error());
  return op;
}

}  // namespace orrery::format
