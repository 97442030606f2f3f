#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>

#include <algorithm>
#include <map>

#include "proxy/config/field_table.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

// Files whose messages are configuration, conditions among them; the rest of the closure is annotations and other programs' messages.
bool isConfiguration(const std::string& file) {
  return (file.starts_with("envoy/") && !file.starts_with("envoy/annotations/")) || file.starts_with("xds/core/") ||
         file.starts_with("xds/type/") || file.starts_with("google/api/expr/");
}

void collect(const pb::Descriptor& message, std::map<std::string, const pb::Descriptor*>& messages) {
  if (message.options().map_entry()) return;
  messages.emplace(message.full_name(), &message);
  for (int i = 0; i < message.nested_type_count(); ++i) collect(*message.nested_type(i), messages);
}

// Every configuration message that is compiled in, by name.
const std::map<std::string, const pb::Descriptor*>& allMessages() {
  static const auto& messages = *[] {
    auto* out = new std::map<std::string, const pb::Descriptor*>();
    std::vector<std::string> files;
    pb::DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
    std::ranges::sort(files);
    for (const auto& name : files) {
      if (!isConfiguration(name)) continue;
      const pb::FileDescriptor* file = pb::DescriptorPool::generated_pool()->FindFileByName(name);
      for (int i = 0; i < file->message_type_count(); ++i) collect(*file->message_type(i), *out);
    }
    return out;
  }();
  return messages;
}

struct Rows {
  std::string honoured, accepted, warned, refused;
};

std::string valueList(std::string_view values) {
  std::string out;
  for (auto value : splitValues(values)) {
    if (!out.empty()) out += ", ";
    const size_t dot = value.rfind('.');  // Of a type the last part says enough here.
    const bool type = value.starts_with("envoy.") && dot != std::string_view::npos;
    out += type ? value.substr(dot + 1) : value;
  }
  return out;
}

void addField(const pb::FieldDescriptor& field, Rows& rows) {
  const FieldRule* rule = findRule(field.containing_type()->full_name(), field.name());
  const Verdict verdict = rule == nullptr ? Verdict::kRefused : rule->verdict;
  std::string note(rule == nullptr ? "" : rule->note);
  if (verdict == Verdict::kHonoured) {
    rows.honoured += "- honoured `" + field.name() + "`";
    if (!rule->values.empty()) rows.honoured += " (only " + valueList(rule->values) + ")";
    rows.honoured += ": test `Fields." + field.containing_type()->name() + "." + field.name() + "`";
    rows.honoured += (note.empty() ? "" : "; " + note) + "\n";
  } else if (verdict == Verdict::kAccepted) {
    rows.accepted += "- accepted `" + field.name() + "`";
    if (!rule->values.empty()) rows.accepted += " as " + valueList(rule->values) + " only";
    rows.accepted += (note.empty() ? "" : ": " + note) + "\n";
  } else if (verdict == Verdict::kWarned) {
    rows.warned += "- warned `" + field.name() + "`" + (note.empty() ? "" : ": " + note) + "\n";
  } else {
    rows.refused += (rows.refused.empty() ? "`" : ", `") + field.name() + "`";
  }
}

}  // namespace

std::vector<std::string_view> extensionTypes() {
  std::vector<std::string_view> out;
  for (const auto& [name, message] : allMessages()) {
    if (name.starts_with("envoy.extensions.") && message->containing_type() == nullptr) out.push_back(name);
  }
  return out;
}

std::string fieldPage() {
  std::string body, whole;
  size_t fields = 0, known = 0;
  for (const auto& [name, message] : allMessages()) {
    Rows rows;
    bool all = true;
    for (int i = 0; i < message->field_count(); ++i) {
      addField(*message->field(i), rows);
      ++fields;
      if (findRule(name, message->field(i)->name()) != nullptr) {
        ++known;
        all = false;
      }
    }
    if (message->field_count() == 0) continue;
    if (all) {
      whole += "- `" + name + "`: " + rows.refused + "\n";
      continue;
    }
    body += "\n### " + name + "\n\n" + rows.honoured + rows.accepted + rows.warned;
    if (!rows.refused.empty()) body += "- refused " + rows.refused + "\n";
  }
  return "# Every field of Envoy's API that Orrery knows, and what becomes of it\n\n"
         "Written from fields.inc and the API by the test FieldTable.PageIsCurrent (with ORRERY_WRITE=1); not edited "
         "by "
         "hand.\n\n"
         "- honoured: does what Envoy does with it; the named test sets it to two values and sees two outcomes\n"
         "- accepted: does not change what Orrery does, because it only holds other fields or says what Orrery does "
         "anyway; "
         "where values are named, any other value is refused\n"
         "- warned: touches observability only; ignored, and the load says so\n"
         "- refused: ignoring it could change bytes, routing, timing, access or limits seen by a peer\n\n" +
         std::to_string(fields) + " fields, " + std::to_string(known) +
         " of them not refused.\n\n## Messages in use\n" + body + "\n## Messages that are refused whole\n\n" + whole;
}

}  // namespace orrery::config
