#include "proxy/stream_info/stream_info.h"

namespace orrery::stream_info {

std::string_view protocolName(Protocol p) {
  switch (p) {
    case Protocol::kHttp10: return "HTTP/1.0";
    case Protocol::kHttp11: return "HTTP/1.1";
    case Protocol::kHttp2: return "HTTP/2";
    case Protocol::kHttp3: return "HTTP/3";
  }
  return "-";
}

const Value* StreamInfo::metadataOf(std::string_view metadataNamespace) const {
  return metadata == nullptr ? nullptr : find(*metadata, metadataNamespace);
}

void StreamInfo::mergeMetadata(std::string_view metadataNamespace, const Value::Object& fields) {
  if (metadata == nullptr) metadata = std::make_unique<Value::Object>();
  Value& known = memberOf(*metadata, metadataNamespace);
  if (known.object() == nullptr) known.is = Value::Object();
  merge(fields, *known.object());
}

std::string_view logTypeName(LogType type) {
  switch (type) {
    case LogType::kDownstreamStart: return "DownstreamStart";
    case LogType::kDownstreamPeriodic: return "DownstreamPeriodic";
    case LogType::kDownstreamEnd: return "DownstreamEnd";
    case LogType::kUpstreamPoolReady: return "UpstreamPoolReady";
    case LogType::kUpstreamPeriodic: return "UpstreamPeriodic";
    case LogType::kUpstreamEnd: return "UpstreamEnd";
  }
  return "";
}

}  // namespace orrery::stream_info
