#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace google::protobuf {
class Any;
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace orrery::config {

// "type.googleapis.com/a.b.C" -> "a.b.C".
std::string_view typeName(std::string_view type_url);

// The type by name, or null when it is not in the compiled closure.
const google::protobuf::Descriptor* findType(std::string_view name);

std::unique_ptr<google::protobuf::Message> newMessage(const google::protobuf::Descriptor& type);

// The message in an Any, or null when its type is unknown or its bytes are damaged.
std::unique_ptr<google::protobuf::Message> unpack(const google::protobuf::Any& any);

// The same message gives the same bytes in every process: map entries in order of key.
std::string serializeDeterministically(const google::protobuf::Message& message);

// "...; did you mean 'x.y.Z'?", among all types that may stand in an Any.
std::string suggestType(std::string_view name);

}  // namespace orrery::config
