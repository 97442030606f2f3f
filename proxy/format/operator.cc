#include "proxy/format/operator.h"

#include "proxy/format/json_text.h"

#include <algorithm>
#include <charconv>

namespace orrery::format {
namespace {

using message::HeaderMap;
using stream_info::Instant;
using stream_info::LogRecord;
using stream_info::StreamInfo;

bool appendNumber(std::string& out, uint64_t value) {
  char digits[20];
  char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<size_t>(end - digits));
  return true;
}

bool appendText(std::string& out, std::string_view text) {
  if (text.empty()) return false;
  out += text;
  return true;
}

// Logs are split at spaces by whoever reads them.
bool appendWithoutSpaces(std::string& out, std::string_view text) {
  if (text.empty()) return false;
  const size_t from = out.size();
  out += text;
  std::replace(out.begin() + static_cast<ptrdiff_t>(from), out.end(), ' ', '_');
  return true;
}

bool appendFirst(const HeaderMap& headers, const message::HeaderName& name, size_t maxLength, std::string& out) {
  if (!headers.has(name)) return false;
  out += headers.get(name).substr(0, maxLength);
  return true;
}

bool appendHeader(const HeaderMap* headers, const Operator& op, std::string& out) {
  if (headers == nullptr) return false;
  if (appendFirst(*headers, *op.header, op.maxLength, out)) return true;
  return op.alternative && appendFirst(*headers, *op.alternative, op.maxLength, out);
}

bool appendBytes(const HeaderMap* headers, std::string& out) {
  return appendNumber(out, headers == nullptr ? 0 : headers->byteSize());
}

// "1.2.3.4:80", "[::1]:80"; the rest are paths, which have no port.
bool appendAddress(std::string_view text, AddressPart part, std::string& out) {
  if (part == AddressPart::kWhole || text.empty()) return appendText(out, text);
  const size_t colon = text.rfind(':');
  const bool hasPort = text.front() != '/' && text.front() != '@' && colon != std::string_view::npos;
  if (part == AddressPart::kPort) return hasPort && appendText(out, text.substr(colon + 1));
  std::string_view host = hasPort ? text.substr(0, colon) : text;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return appendText(out, host);
}

bool appendElapsed(TimePoint from, const Instant& to, int64_t unit, std::string& out) {
  if (!to.set || to.at < from) return false;
  return appendNumber(out, static_cast<uint64_t>((to.at - from).inNanoseconds() / unit));
}

Instant instantOf(const StreamInfo& info, TimeSite site) {
  switch (site) {
    case TimeSite::kDsRxBeg: return {info.startMonotonic, true};
    case TimeSite::kDsRxEnd: return info.lastDownstreamRxByte;
    case TimeSite::kUsTxBeg: return info.firstUpstreamTxByte;
    case TimeSite::kUsTxEnd: return info.lastUpstreamTxByte;
    case TimeSite::kUsRxBeg: return info.firstUpstreamRxByte;
    case TimeSite::kUsRxEnd: return info.lastUpstreamRxByte;
    case TimeSite::kDsTxBeg: return info.firstDownstreamTxByte;
    case TimeSite::kDsTxEnd: return info.lastDownstreamTxByte;
  }
  return {};
}

bool appendFlags(const StreamInfo& info, bool longNames, std::string& out) {
  if (!info.flags.any()) {
    out += '-';  // not absent: a string in JSON too, as Envoy
    return true;
  }
  out += longNames ? info.flags.longText() : info.flags.text();
  return true;
}

// The value that the path leads to; null is as good as none.
bool appendMetadata(const StreamInfo& info, const Operator& op, bool json, std::string& out) {
  const stream_info::Value* value = info.metadataOf(op.path.front());
  for (size_t i = 1; i < op.path.size() && value != nullptr; ++i) value = value->find(op.path[i]);
  if (value == nullptr || std::holds_alternative<std::nullptr_t>(value->is)) return false;
  std::string text;
  if (const auto* string = std::get_if<std::string>(&value->is); string != nullptr && !json) {
    text = *string;
  } else {
    appendJsonValue(*value, text);
  }
  out += std::string_view(text).substr(0, op.maxLength);
  return true;
}

constexpr int64_t kMillisecond = 1'000'000;

}  // namespace

bool Operator::append(const LogRecord& record, std::string& out) const {
  const StreamInfo& info = record.info;
  switch (kind) {
    case OperatorKind::kRequestHeader: return appendHeader(record.requestHeaders, *this, out);
    case OperatorKind::kResponseHeader: return appendHeader(record.responseHeaders, *this, out);
    case OperatorKind::kTrailer: return appendHeader(record.responseTrailers, *this, out);
    case OperatorKind::kStartTime: time->append(info.startTime, out); return true;
    case OperatorKind::kCommonDuration: {
      const Instant begin = instantOf(info, from);
      return begin.set && appendElapsed(begin.at, instantOf(info, to), unitNanoseconds, out);
    }
    case OperatorKind::kDuration: return appendElapsed(info.startMonotonic, info.complete, kMillisecond, out);
    case OperatorKind::kRequestDuration:
      return appendElapsed(info.startMonotonic, info.lastDownstreamRxByte, kMillisecond, out);
    case OperatorKind::kRequestTxDuration:
      return appendElapsed(info.startMonotonic, info.lastUpstreamTxByte, kMillisecond, out);
    case OperatorKind::kResponseDuration:
      return appendElapsed(info.startMonotonic, info.firstUpstreamRxByte, kMillisecond, out);
    case OperatorKind::kResponseTxDuration:
      return info.firstUpstreamRxByte.set &&
             appendElapsed(info.firstUpstreamRxByte.at, info.lastDownstreamTxByte, kMillisecond, out);
    case OperatorKind::kProtocol: return appendText(out, stream_info::protocolName(info.protocol));
    case OperatorKind::kResponseCode: return appendNumber(out, info.responseCode);
    case OperatorKind::kResponseCodeDetails:
      return allowSpaces ? appendText(out, info.responseCodeDetails)
                         : appendWithoutSpaces(out, info.responseCodeDetails);
    case OperatorKind::kResponseFlags: return appendFlags(info, false, out);
    case OperatorKind::kResponseFlagsLong: return appendFlags(info, true, out);
    case OperatorKind::kConnectionTerminationDetails: return appendText(out, info.connectionTerminationDetails);
    case OperatorKind::kBytesReceived: return appendNumber(out, info.bytesReceived);
    case OperatorKind::kBytesSent: return appendNumber(out, info.bytesSent);
    case OperatorKind::kRequestHeadersBytes: return appendBytes(record.requestHeaders, out);
    case OperatorKind::kResponseHeadersBytes: return appendBytes(record.responseHeaders, out);
    case OperatorKind::kResponseTrailersBytes: return appendBytes(record.responseTrailers, out);
    case OperatorKind::kDownstreamWireBytesReceived:
      return appendNumber(out, info.headerBytesReceived + info.bytesReceived);
    case OperatorKind::kDownstreamWireBytesSent: return appendNumber(out, info.headerBytesSent + info.bytesSent);
    case OperatorKind::kUpstreamWireBytesReceived: return appendNumber(out, info.upstreamBytesReceived);
    case OperatorKind::kUpstreamWireBytesSent: return appendNumber(out, info.upstreamBytesSent);
    case OperatorKind::kConnectionId: return appendNumber(out, info.connectionId);
    case OperatorKind::kUpstreamConnectionId: return appendNumber(out, info.upstreamConnectionId);
    case OperatorKind::kAttemptCount: return appendNumber(out, info.attemptCount);
    case OperatorKind::kUpstreamHost: return appendText(out, info.upstreamHost);
    case OperatorKind::kUpstreamCluster: return appendText(out, info.upstreamCluster);
    case OperatorKind::kUpstreamLocalAddress: return appendAddress(info.upstreamLocalAddress, part, out);
    case OperatorKind::kUpstreamRemoteAddress:
      // A host that was chosen but never connected to is no peer.
      return !info.upstreamLocalAddress.empty() && appendAddress(info.upstreamHost, part, out);
    case OperatorKind::kUpstreamTransportFailureReason:
      return appendWithoutSpaces(out, info.upstreamTransportFailureReason);
    case OperatorKind::kDownstreamRemoteAddress: return appendAddress(info.downstreamRemoteAddress, part, out);
    case OperatorKind::kDownstreamDirectRemoteAddress:
      return appendAddress(info.downstreamDirectRemoteAddress, part, out);
    case OperatorKind::kDownstreamLocalAddress: return appendAddress(info.downstreamLocalAddress, part, out);
    case OperatorKind::kRouteName: return appendText(out, info.routeName);
    case OperatorKind::kStreamId: return appendText(out, info.requestId);
    case OperatorKind::kAccessLogType: return appendText(out, stream_info::logTypeName(record.type));
    case OperatorKind::kLocalReplyBody: out += record.localReplyBody; return true;
    case OperatorKind::kDynamicMetadata: return appendMetadata(info, *this, false, out);
    case OperatorKind::kGrpcStatus: return appendGrpcStatus(record, grpcForm, out);
    case OperatorKind::kQueryParameter: return appendQueryParameter(record, path.front(), maxLength, out);
    case OperatorKind::kPath: return appendPath(record, whichPath, query, maxLength, out);
    case OperatorKind::kAbsent: return false;
  }
  return false;
}

bool Operator::appendJson(const LogRecord& record, std::string& out) const {
  return appendMetadata(record.info, *this, true, out);
}

}  // namespace orrery::format
