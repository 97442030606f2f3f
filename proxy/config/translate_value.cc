#include "proxy/config/translate_value.h"

#include <google/protobuf/struct.pb.h>

#include "envoy/config/core/v3/base.pb.h"
#include "proxy/base/sorted.h"

namespace orrery::config {

namespace pb = google::protobuf;

stream_info::Value toValue(const pb::Value& message) {
  stream_info::Value out;
  switch (message.kind_case()) {
    case pb::Value::kBoolValue: out.is = message.bool_value(); break;
    case pb::Value::kNumberValue: out.is = message.number_value(); break;
    case pb::Value::kStringValue: out.is = message.string_value(); break;
    case pb::Value::kStructValue: out.is = toObject(message.struct_value()); break;
    case pb::Value::kListValue: {
      stream_info::Value::List list;
      for (const pb::Value& item : message.list_value().values()) list.push_back(toValue(item));
      out.is = std::move(list);
      break;
    }
    case pb::Value::kNullValue:
    case pb::Value::KIND_NOT_SET: break;
  }
  return out;
}

stream_info::Value::Object toObject(const pb::Struct& message) {
  stream_info::Value::Object out;
  for (const auto* field : sorted(message.fields())) stream_info::memberOf(out, field->first) = toValue(field->second);
  return out;
}

stream_info::MetadataTable toMetadata(const envoy::config::core::v3::Metadata& message) {
  if (message.filter_metadata().empty()) return nullptr;
  stream_info::Value::Object out;
  for (const auto* entry : sorted(message.filter_metadata())) {
    stream_info::memberOf(out, entry->first).is = toObject(entry->second);
  }
  return std::make_shared<const stream_info::Value::Object>(std::move(out));
}

}  // namespace orrery::config
