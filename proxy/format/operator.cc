#include "proxy/format/operator.h"

#include <algorithm>
#include <charconv>

#include "proxy/format/json_text.h"
#include "proxy/format/rare_operators.h"

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

bool appendFirst(const HeaderMap& headers, const message::HeaderName& name, const Operator& op, std::string& out) {
  if (!headers.has(name)) return false;
  std::string_view value = headers.get(name);
  if (!op.query) value = value.substr(0, value.find('?'));
  out += value.substr(0, op.maxLength);
  return true;
}

bool appendHeader(const HeaderMap* headers, const Operator& op, std::string& out) {
  if (headers == nullptr) return false;
  if (appendFirst(*headers, *op.header, op, out)) return true;
  return op.alternative && appendFirst(*headers, *op.alternative, op, out);
}

bool appendBytes(const HeaderMap* headers, std::string& out) {
  return appendNumber(out, headers == nullptr ? 0 : headers->byteSize());
}

bool appendElapsed(TimePoint from, const Instant& to, int64_t unit, std::string& out) {
  if (!to.set || to.at < from) return false;
  return appendNumber(out, static_cast<uint64_t>((to.at - from).inNanoseconds() / unit));
}

Instant instantOf(const StreamInfo& info, TimeSite site) {
  switch (site) {
    case TimeSite::kDsRxBeg: return {info.startMonotonic, true};
    case TimeSite::kDsRxEnd: return info.lastDownstreamRxByte;
    case TimeSite::kUsCxBeg: return info.upstreamConnectBegin;
    case TimeSite::kUsCxEnd: return info.upstreamConnectEnd;
    case TimeSite::kUsTxBeg: return info.firstUpstreamTxByte;
    case TimeSite::kUsTxEnd: return info.lastUpstreamTxByte;
    case TimeSite::kUsRxBeg: return info.firstUpstreamRxByte;
    case TimeSite::kUsRxBodyBeg: return info.firstUpstreamRxBody;
    case TimeSite::kUsRxEnd: return info.lastUpstreamRxByte;
    case TimeSite::kDsTxBeg: return info.firstDownstreamTxByte;
    case TimeSite::kDsTxEnd: return info.lastDownstreamTxByte;
    case TimeSite::kNever: break;
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

constexpr int64_t kMillisecond = 1'000'000;

}  // namespace

bool Operator::append(const LogRecord& record, std::string& out) const {
  const StreamInfo& info = record.info;
  switch (kind) {
    case OperatorKind::kRequestHeader: return appendHeader(record.requestHeaders, *this, out);
    case OperatorKind::kResponseHeader: return appendHeader(record.responseHeaders, *this, out);
    case OperatorKind::kTrailer: return appendHeader(record.responseTrailers, *this, out);
    case OperatorKind::kStartTime:
      if (local) return appendRare(*this, record, out);
      time->append(info.startTime, out);
      return true;
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
    case OperatorKind::kProtocol: return info.protocol && appendText(out, stream_info::protocolName(*info.protocol));
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
    case OperatorKind::kDownstreamMeter: return appendNumber(out, info.downstreamBytes.*meter);
    case OperatorKind::kUpstreamMeter: return appendNumber(out, info.upstreamBytes.*meter);
    case OperatorKind::kConnectionId: return appendNumber(out, info.connectionId);
    case OperatorKind::kUpstreamConnectionId: return appendNumber(out, info.upstreamConnectionId);
    case OperatorKind::kAttemptCount: return appendNumber(out, info.attemptCount);
    case OperatorKind::kUpstreamHost: return appendText(out, info.upstreamHost);
    case OperatorKind::kUpstreamCluster: return appendText(out, info.upstreamCluster);
    case OperatorKind::kUpstreamLocalAddress: return appendAddress(info.upstreamLocalAddress, part, maskBits, out);
    case OperatorKind::kUpstreamRemoteAddress:
      // A host that was chosen but never connected to is no peer.
      return !info.upstreamLocalAddress.empty() && appendAddress(info.upstreamHost, part, maskBits, out);
    case OperatorKind::kUpstreamTransportFailureReason:
      return appendWithoutSpaces(out, info.upstreamTransportFailureReason);
    case OperatorKind::kDownstreamRemoteAddress:
      return appendAddress(info.downstreamRemoteAddress, part, maskBits, out);
    case OperatorKind::kDownstreamDirectRemoteAddress:
      return appendAddress(info.downstreamDirectRemoteAddress, part, maskBits, out);
    case OperatorKind::kDownstreamLocalAddress: return appendAddress(info.downstreamLocalAddress, part, maskBits, out);
    case OperatorKind::kRouteName: return appendText(out, info.routeName);
    case OperatorKind::kVirtualClusterName: return appendText(out, info.virtualCluster);
    case OperatorKind::kStreamId: return appendText(out, info.requestId);
    case OperatorKind::kAccessLogType: return appendText(out, stream_info::logTypeName(record.type));
    case OperatorKind::kLocalReplyBody: out += record.localReplyBody; return true;
    case OperatorKind::kZero: out += '0'; return true;
    case OperatorKind::kEmpty: return true;
    case OperatorKind::kAbsent: return false;
    default: return appendRare(*this, record, out);
  }
}

bool Operator::appendJson(const LogRecord& record, std::string& out) const {
  if (kind == OperatorKind::kMetadata) return appendMetadata(*this, record, true, out);
  if (kind == OperatorKind::kCoalesce) return appendFirstChoice(*this, record, true, out);
  if (number) return append(record, out);
  // Quoting may change the length, so the raw text is taken out again.
  const size_t from = out.size();
  if (!append(record, out)) return false;
  const std::string raw = out.substr(from);
  out.resize(from);
  appendJsonString(raw, out);
  return true;
}

}  // namespace orrery::format
