#pragma once

#include "proxy/config/finding.h"

namespace google::protobuf {
class Message;
}

namespace orrery::config {

// Envoy's `validate` annotations (protoc-gen-validate), with Envoy's words: "ClusterValidationError.Name: value length must
// be at least 1 characters", led by the chain of messages from the nearest Any (or the root) down. All breaches are told,
// except where something was refused already, or a field that is not there was misspelt.
void validateMessage(const google::protobuf::Message& message, Report& report);

}  // namespace orrery::config
