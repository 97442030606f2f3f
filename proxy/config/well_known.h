#pragma once

#include <optional>
#include <string_view>

#include "proxy/config/yaml_tree.h"

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace orrery::config {

// The messages of google.protobuf that JSON writes in a form of their own: Duration, Timestamp, FieldMask, Struct, Value,
// ListValue and the wrappers. Any and Empty are not among them.
bool isWellKnown(const google::protobuf::Descriptor& type);

// Fills such a message; what is wrong, with its line, when the node does not fit.
// `visits` is counted up for each part of a Struct and may not pass `limit`: aliases make a small file large.
std::optional<YamlError> readWellKnown(const YamlTree& tree, const YamlNode& node, google::protobuf::Message& message,
                                       size_t& visits, size_t limit);

}  // namespace orrery::config
