#pragma once

#include "proxy/config/finding.h"
#include "proxy/config/yaml_tree.h"

namespace google::protobuf {
class Message;
}

namespace orrery::config {

// Fills `message` from a YAML tree in one walk, by reflection: Envoy's reading of YAML and JSON, with the path and the line
// of *every* error, which protobuf's own JSON reader does not give. Rules compared with Envoy 1.40:
//   a field goes by its proto name or its JSON name; null means unset; of equal keys the last counts (told as a warning);
//   a second member of a oneof is an error; enums go by name in any case or by number; durations are "0.25s";
//   bytes are base64; wrappers are the bare value; an Any is a mapping with "@type", packed deterministically.
// Also fills report.lines(). Bounds: the tree's depth, and kMaxVisits nodes (aliases make a small file large).
void readMessage(const YamlTree& tree, google::protobuf::Message& message, Report& report);

inline constexpr size_t kMaxReaderVisits = 500'000;

}  // namespace orrery::config
