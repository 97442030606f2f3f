#pragma once

#include <string>

namespace google::protobuf {
class Message;
}

namespace orrery::script {

// The YAML of a message in which every step and expectation is a mapping (`orrery validate --long`). Reading it gives
// the same message.
std::string writeLong(const google::protobuf::Message& message);
// With short strings wherever there is one: what a person would have written.
std::string writeShort(const google::protobuf::Message& message);

}  // namespace orrery::script
