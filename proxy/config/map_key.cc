#include "proxy/config/map_key.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>

namespace orrery::config {

namespace pb = google::protobuf;

std::string mapKeyText(const pb::Message& entry) {
  const pb::FieldDescriptor* key = entry.GetDescriptor()->map_key();
  const pb::Reflection& reflection = *entry.GetReflection();
  using Type = pb::FieldDescriptor;
  switch (key->cpp_type()) {
    case Type::CPPTYPE_STRING: return reflection.GetString(entry, key);
    case Type::CPPTYPE_INT32: return std::to_string(reflection.GetInt32(entry, key));
    case Type::CPPTYPE_INT64: return std::to_string(reflection.GetInt64(entry, key));
    case Type::CPPTYPE_UINT32: return std::to_string(reflection.GetUInt32(entry, key));
    case Type::CPPTYPE_UINT64: return std::to_string(reflection.GetUInt64(entry, key));
    case Type::CPPTYPE_BOOL: return reflection.GetBool(entry, key) ? "true" : "false";
    default: return "";  // No other type may be a key.
  }
}

std::vector<const pb::Message*> mapEntries(const pb::Message& message, const pb::FieldDescriptor& field) {
  std::map<std::string, const pb::Message*> byKey;
  const pb::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const pb::Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    byKey[mapKeyText(entry)] = &entry;
  }
  std::vector<const pb::Message*> out;
  for (const auto& [key, entry] : byKey) out.push_back(entry);
  return out;
}

}  // namespace orrery::config
