#pragma once

#include <string>
#include <vector>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace orrery::config {

// The entries of a map field in order of their keys: protobuf's own order is that of a hash table.
std::vector<const google::protobuf::Message*> mapEntries(const google::protobuf::Message& message,
                                                         const google::protobuf::FieldDescriptor& field);

// The key of one entry, as text.
std::string mapKeyText(const google::protobuf::Message& entry);

}  // namespace orrery::config
