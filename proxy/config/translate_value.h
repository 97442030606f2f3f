#pragma once

#include "proxy/stream_info/value.h"

namespace google::protobuf {
class Struct;
class Value;
}  // namespace google::protobuf

namespace envoy::config::core::v3 {
class Metadata;
}

namespace orrery::config {

// Free-form values (translate_value.cc).
stream_info::Value toValue(const google::protobuf::Value& message);
stream_info::Value::Object toObject(const google::protobuf::Struct& message);
stream_info::MetadataTable toMetadata(const envoy::config::core::v3::Metadata& message);

}  // namespace orrery::config
