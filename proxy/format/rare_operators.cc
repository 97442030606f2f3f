#include "proxy/format/rare_operators.h"

#include "proxy/format/json_text.h"

namespace orrery::format {

using stream_info::LogRecord;
using stream_info::StreamInfo;
using stream_info::Surroundings;
using stream_info::Value;

namespace {

const Value::Object* tableOf(const StreamInfo& info, MetadataOf source) {
  const Surroundings* const around = info.surroundings;
  switch (source) {
    case MetadataOf::kDynamic: return info.metadata.get();
    case MetadataOf::kCluster: return info.clusterMetadata;
    case MetadataOf::kRoute: return info.routeMetadata;
    case MetadataOf::kUpstreamHost: return info.upstreamHostMetadata;
    case MetadataOf::kListener: return around == nullptr ? nullptr : around->listenerMetadata();
    case MetadataOf::kFilterChain: return around == nullptr ? nullptr : around->filterChainMetadata();
    case MetadataOf::kVirtualHost: return info.virtualHostMetadata;
  }
  return nullptr;
}

void appendTime(const Operator& op, WallTime time, const Surroundings* around, std::string& out) {
  op.time->appendIn(op.local && around != nullptr ? around->localZone(time) : ZoneOffset(), time, out);
}

// A host without name is called by its address.
bool appendFilterState(const Operator& op, const StreamInfo& info, std::string& out) {
  const auto object = op.path.empty() ? info.filterState.end() : info.filterState.find(op.path.front());
  if (object == info.filterState.end()) return false;
  const auto value = object->second->field(op.path.back());
  if (value) out += std::to_string(*value).substr(0, op.maxLength);
  return value.has_value();
}

bool appendHostName(const Operator& op, const StreamInfo& info, std::string& out) {
  const std::string_view name = info.upstreamHostName.empty() ? info.upstreamHost : info.upstreamHostName;
  return appendAddress(name, op.part, std::nullopt, out);
}

bool appendSurroundings(const Operator& op, const Surroundings& around, std::string& out) {
  switch (op.kind) {
    case OperatorKind::kEmitTime: appendTime(op, around.wallNow(), &around, out); return true;
    case OperatorKind::kUniqueId: around.appendUuid(out); return true;
    case OperatorKind::kHostname: out += around.hostname(); return !around.hostname().empty();
    case OperatorKind::kFilterChainName: out += around.filterChainName(); return !around.filterChainName().empty();
    case OperatorKind::kEnvironment: {
      const auto value = around.variable(op.path.front());
      if (value) out += std::string_view(*value).substr(0, op.maxLength);
      return value.has_value();
    }
    default: return false;
  }
}

}  // namespace

bool appendMetadata(const Operator& op, const LogRecord& record, bool json, std::string& out) {
  const Value::Object* const table = tableOf(record.info, op.metadataOf);
  const Value* value = table == nullptr ? nullptr : stream_info::find(*table, op.path.front());
  for (size_t i = 1; i < op.path.size() && value != nullptr; ++i) value = value->find(op.path[i]);
  if (value == nullptr || std::holds_alternative<std::nullptr_t>(value->is)) return false;
  if (json) {
    appendJsonValue(*value, out);
    return true;
  }
  std::string text;
  if (const auto* string = std::get_if<std::string>(&value->is)) {
    text = *string;
  } else {
    appendJsonValue(*value, text);
  }
  out += std::string_view(text).substr(0, op.maxLength);
  return true;
}

bool appendFirstChoice(const Operator& op, const LogRecord& record, bool json, std::string& out) {
  const size_t from = out.size();
  for (const Operator& choice : op.choices) {
    const bool typed =
        json && (choice.number || choice.kind == OperatorKind::kMetadata || choice.kind == OperatorKind::kCoalesce);
    if (!(typed ? choice.appendJson(record, out) : choice.append(record, out))) continue;
    if (typed) return true;
    if (out.size() - from > op.maxLength) out.resize(from + op.maxLength);
    if (!json) return true;
    const std::string raw = out.substr(from);
    out.resize(from);
    appendJsonString(raw, out);
    return true;
  }
  return false;
}

bool appendRare(const Operator& op, const LogRecord& record, std::string& out) {
  const StreamInfo& info = record.info;
  switch (op.kind) {
    case OperatorKind::kStartTime: appendTime(op, info.startTime, info.surroundings, out); return true;
    case OperatorKind::kPoolReadyDuration:
      if (info.upstreamPoolReady) out += std::to_string(info.upstreamPoolReady->inMilliseconds());
      return info.upstreamPoolReady.has_value();
    case OperatorKind::kUpstreamProtocol:
      if (info.upstreamProtocol) out += stream_info::protocolName(*info.upstreamProtocol);
      return info.upstreamProtocol.has_value();
    case OperatorKind::kAttemptedConnectionIds:
      if (info.upstreamConnectionId != 0) out += std::to_string(info.upstreamConnectionId);
      return info.upstreamConnectionId != 0;
    case OperatorKind::kUpstreamHostName: return appendHostName(op, info, out);
    case OperatorKind::kAttemptedHostNames: return !info.upstreamLocalAddress.empty() && appendHostName(op, info, out);
    case OperatorKind::kUpstreamCloseType:
      if (!info.upstreamHost.empty()) out += "Normal";
      return !info.upstreamHost.empty();
    // No address is one of an internal listener, which alone have an id.
    case OperatorKind::kUpstreamEndpointId: return !info.upstreamLocalAddress.empty();
    case OperatorKind::kDownstreamCloseType: out += "Normal"; return true;
    case OperatorKind::kMetadata: return appendMetadata(op, record, false, out);
    case OperatorKind::kFilterState: return appendFilterState(op, record.info, out);
    case OperatorKind::kGrpcStatus: return appendGrpcStatus(record, op.grpcForm, out);
    case OperatorKind::kQueryParameter: return appendQueryParameter(record, op.path.front(), op.maxLength, out);
    case OperatorKind::kQueryParameters: return appendQueryParameters(record, op.decoded, op.maxLength, out);
    case OperatorKind::kPath: return appendPath(record, op.which, op.query, op.maxLength, out);
    case OperatorKind::kRequestedHost: return appendRequestedHost(record, op.which, out);
    case OperatorKind::kCoalesce: return appendFirstChoice(op, record, false, out);
    default: return info.surroundings != nullptr && appendSurroundings(op, *info.surroundings, out);
  }
}

}  // namespace orrery::format
