#pragma once

#include "proxy/config/finding.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace orrery::config {

// Called for every field that is set in a message, outermost first, with the path of the field.
class FieldVisitor {
 public:
  // True to go into the field's message(s). An Any is entered as the message that it holds, without a step in the path.
  virtual bool visitField(const google::protobuf::Message& owner, const google::protobuf::FieldDescriptor& field,
                          const Path& path) = 0;

 protected:
  ~FieldVisitor() = default;
};

// Walks all set fields, also inside lists, maps and Any; not inside the well-known types, which count as values.
// Bounds: the depth of the message, which the reader has bounded; messages in Any nest at most as deep as the file did.
void walkSetFields(const google::protobuf::Message& message, Path& path, FieldVisitor& visitor);

}  // namespace orrery::config
