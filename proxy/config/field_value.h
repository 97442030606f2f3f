#pragma once

#include <string>
#include <vector>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace orrery::config {

// The set value(s) of a field as the table of fields writes them: an enum's name, a number, true or false, a duration as
// "5s", the type in an Any; one per element of a list. Empty for other messages and for maps: they have no such value.
std::vector<std::string> fieldValues(const google::protobuf::Message& owner,
                                     const google::protobuf::FieldDescriptor& field);

}  // namespace orrery::config
