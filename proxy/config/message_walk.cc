#include "proxy/config/message_walk.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "proxy/config/any_type.h"
#include "proxy/config/map_key.h"
#include "proxy/config/well_known.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

void walkInto(const pb::Message& message, Path& path, FieldVisitor& visitor) {
  const pb::Descriptor& type = *message.GetDescriptor();
  if (type.full_name() == "google.protobuf.Any") {
    if (auto inner = unpack(static_cast<const pb::Any&>(message))) walkInto(*inner, path, visitor);
    return;
  }
  if (!isWellKnown(type)) walkSetFields(message, path, visitor);
}

}  // namespace

void walkSetFields(const pb::Message& message, Path& path, FieldVisitor& visitor) {
  const pb::Reflection& reflection = *message.GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    const auto scope = path.field(field->name());
    if (!visitor.visitField(message, *field, path) || field->message_type() == nullptr) continue;
    if (field->is_map()) {
      const auto* value = field->message_type()->map_value();
      if (value->message_type() == nullptr) continue;
      for (const auto* pair : mapEntries(message, *field)) {
        const auto keyScope = path.key(mapKeyText(*pair));
        walkInto(pair->GetReflection()->GetMessage(*pair, value), path, visitor);
      }
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        const auto itemScope = path.index(i);
        walkInto(reflection.GetRepeatedMessage(message, field, i), path, visitor);
      }
    } else {
      walkInto(reflection.GetMessage(message, field), path, visitor);
    }
  }
}

}  // namespace orrery::config
