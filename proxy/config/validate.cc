#include "proxy/config/validate.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "proxy/config/any_type.h"
#include "proxy/config/map_key.h"
#include "proxy/config/validate_rules.h"
#include "proxy/config/well_known.h"
#include "validate/validate.pb.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

// connect_timeout -> ConnectTimeout, as the generated checks name fields.
std::string pascalCase(std::string_view name) {
  std::string out;
  bool upper = true;
  for (char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return out;
}

class Validator {
 public:
  explicit Validator(Report& report) : report_(report) {}

  void message(const pb::Message& message) {
    const pb::Descriptor& type = *message.GetDescriptor();
    if (type.options().GetExtension(validate::disabled) || type.options().GetExtension(validate::ignored)) return;
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) oneof(message, *type.oneof_decl(i));
    for (int i = 0; i < type.field_count(); ++i) field(message, *type.field(i));
  }

 private:
  void oneof(const pb::Message& message, const pb::OneofDescriptor& oneof) {
    if (!oneof.options().GetExtension(validate::required)) return;
    if (message.GetReflection()->HasOneof(message, &oneof)) return;
    for (int i = 0; i < oneof.field_count(); ++i) {
      const auto scope = path_.field(oneof.field(i)->name());
      if (report_.isMeant(path_.text())) return;
    }
    tell("field: \"" + oneof.name() + "\", reason: is required");
  }

  void field(const pb::Message& message, const pb::FieldDescriptor& field) {
    const pb::Reflection& reflection = *message.GetReflection();
    const validate::FieldRules* rules =
        field.options().HasExtension(validate::rules) ? &field.options().GetExtension(validate::rules) : nullptr;
    const auto scope = path_.field(field.name());
    const auto complain = [&](std::string_view suffix, const std::string& reason) {
      breach(*message.GetDescriptor(), pascalCase(field.name()) + std::string(suffix), reason);
    };
    if (field.is_map()) return map(message, field, rules);
    if (field.is_repeated()) {
      if (rules != nullptr) {
        if (auto reason = checkRepeated(message, field, rules->repeated())) complain("", *reason);
      }
      const validate::FieldRules* items =
          rules != nullptr && rules->repeated().has_items() ? &rules->repeated().items() : nullptr;
      for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
        const auto item = path_.index(i);
        const std::string suffix = "[" + std::to_string(i) + "]";
        if (field.message_type() != nullptr) {
          embedded(message, field, suffix, reflection.GetRepeatedMessage(message, &field, i), items);
        } else if (items != nullptr) {
          if (auto reason = checkScalar(scalarAt(message, field, i), *items)) complain(suffix, *reason);
        }
      }
      return;
    }
    const bool set = !field.has_presence() || reflection.HasField(message, &field);
    if (field.message_type() != nullptr) {
      if (set) return embedded(message, field, "", reflection.GetMessage(message, &field), rules);
      // On a member of a oneof "required" means "when chosen".
      if (rules != nullptr && isRequired(*rules) && field.real_containing_oneof() == nullptr) {
        complain("", "value is required");
      }
      return;
    }
    if (!set || rules == nullptr) return;
    if (auto reason = checkScalar(scalarOf(message, field), *rules)) complain("", *reason);
  }

  void map(const pb::Message& message, const pb::FieldDescriptor& field, const validate::FieldRules* rules) {
    const int count = message.GetReflection()->FieldSize(message, &field);
    const std::string name = pascalCase(field.name());
    if (rules != nullptr) {
      if (auto reason = checkPairs(count, rules->map())) breach(*message.GetDescriptor(), name, *reason);
    }
    const pb::FieldDescriptor* key = field.message_type()->map_key();
    const pb::FieldDescriptor* value = field.message_type()->map_value();
    for (const auto* entry : mapEntries(message, field)) {
      const std::string keyText = mapKeyText(*entry);
      const auto scope = path_.key(keyText);
      const std::string suffix = "[" + keyText + "]";
      const auto complain = [&](const std::string& reason) { breach(*message.GetDescriptor(), name + suffix, reason); };
      if (rules != nullptr && rules->map().has_keys()) {
        if (auto reason = checkScalar(scalarOf(*entry, *key), rules->map().keys())) complain(*reason);
      }
      const validate::FieldRules* values =
          rules != nullptr && rules->map().has_values() ? &rules->map().values() : nullptr;
      if (value->message_type() != nullptr) {
        embedded(message, field, suffix, entry->GetReflection()->GetMessage(*entry, value), values);
      } else if (values != nullptr) {
        if (auto reason = checkScalar(scalarOf(*entry, *value), *values)) complain(*reason);
      }
    }
  }

  // A message that is there: a value of a well-known type with its own rules, an Any, or a message of its own.
  void embedded(const pb::Message& owner, const pb::FieldDescriptor& field, const std::string& suffix,
                const pb::Message& inner, const validate::FieldRules* rules) {
    const std::string name = pascalCase(field.name()) + suffix;
    const pb::Descriptor& type = *inner.GetDescriptor();
    if (rules != nullptr && rules->has_message() && rules->message().skip()) return;
    if (type.full_name() == "google.protobuf.Any") {
      const auto& any = static_cast<const pb::Any&>(inner);
      if (rules != nullptr) {
        if (auto reason = checkAny(any.type_url(), rules->any())) breach(*owner.GetDescriptor(), name, *reason);
      }
      // Envoy validates the message of an Any when a factory unpacks it: a chain of its own.
      if (auto content = unpack(any)) {
        std::vector<std::string> outer;
        outer.swap(chain_);
        message(*content);
        chain_.swap(outer);
      }
      return;
    }
    if (isWellKnown(type)) {
      if (rules == nullptr) return;
      if (auto reason = checkWellKnown(inner, *rules)) breach(*owner.GetDescriptor(), name, *reason);
      return;
    }
    chain_.push_back(owner.GetDescriptor()->name() + "ValidationError." + name);
    message(inner);
    chain_.pop_back();
  }

  void breach(const pb::Descriptor& type, const std::string& name, const std::string& reason) {
    tell(type.name() + "ValidationError." + name + ": " + reason);
  }

  void tell(const std::string& last) {
    if (report_.refusedAtOrBelow(path_.text()) || report_.isMeant(path_.text())) return;
    std::string text;
    for (const auto& link : chain_) text += link + ": embedded message failed validation | caused by ";
    text += last;
    report_.refuse(path_.text(), "Proto constraint validation failed (" + text + ")");
  }

  Report& report_;
  Path path_;
  std::vector<std::string> chain_;
};

}  // namespace

void validateMessage(const pb::Message& message, Report& report) { Validator(report).message(message); }

}  // namespace orrery::config
