#include "sim/script/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/script/expect.h"
#include "sim/script/fields.h"
#include "sim/script/keyed.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/steps.h"

namespace orrery::script {

namespace {

using google::protobuf::Descriptor;
using Json = nlohmann::ordered_json;

// Messages that are not written field by field.
struct WrittenAs {
  std::string_view type;
  std::string_view text;
};
constexpr WrittenAs kWrittenAs[] = {
    {"Bootstrap",
     "The path of an Envoy file, found beside the scenario or in a folder above it; or the bootstrap itself, a "
     "mapping."},
    {"Yaml", "A piece of an Envoy file, written as it is in one: a word, a text, a list, a mapping, nothing."}};

const WrittenAs* writtenAs(const Descriptor& type) {
  for (const WrittenAs& w : kWrittenAs) {
    if (w.type == type.name()) return &w;
  }
  return nullptr;
}

std::vector<std::string> formsOf(const Descriptor& type) {
  return type.name() == "Expectation" ? expectationForms() : shortForms(type.name());
}

// Every message that a scenario is made of, in the order in which a reader meets it.
class Messages {
 public:
  Messages() { visit(*orrery::Scenario::descriptor()); }
  const std::vector<const Descriptor*>& all() const { return all_; }

 private:
  void visit(const Descriptor& type) {
    if (std::find(all_.begin(), all_.end(), &type) != all_.end()) return;
    all_.push_back(&type);
    if (writtenAs(type) != nullptr) return;
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (field.message_type() != nullptr && wordTypeOf(field).type.empty()) visit(*field.message_type());
    }
  }
  std::vector<const Descriptor*> all_;
};

Json reference(const Descriptor& type) { return {{"$ref", "#/definitions/" + std::string(type.name())}}; }

// What YAML reads where a text is meant may look like a number or a truth value.
Json anyScalar() { return {{"type", {"string", "number", "boolean"}}}; }

// A parameter of a case may stand for any value (cases.h).
constexpr const char* kParameter = "^\\$\\{[a-z0-9_]+\\}$";
Json orParameter(const char* type) { return {{"type", {type, "string"}}, {"pattern", kParameter}}; }

Json wordsOf(const FieldDescriptor& field) {
  Json words = Json::array();
  for (int i = 0; i < field.enum_type()->value_count(); ++i)
    words.push_back(enumWord(field.enum_type()->value(i)->name()));
  return {{"anyOf", {{{"enum", words}}, {{"type", "string"}, {"pattern", kParameter}}}}};
}

Json elementSchema(const FieldDescriptor& field) {
  if (field.message_type() != nullptr) {
    const WordType word = wordTypeOf(field);
    if (word.type.empty()) return reference(*field.message_type());
    return {{"type", {"string", "number"}}, {"description", std::string(word.example)}};
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return orParameter("boolean");
    case FieldDescriptor::CPPTYPE_UINT32: return orParameter("integer");
    case FieldDescriptor::CPPTYPE_UINT64:
      return {
          {"type", {"integer", "string"}}, {"minimum", 0}, {"pattern", "^([0-9]+(KiB|MiB|GiB)?|\\$\\{[a-z0-9_]+\\})$"}};
    case FieldDescriptor::CPPTYPE_ENUM: return wordsOf(field);
    default: return anyScalar();
  }
}

Json orNothing(Json schema) { return {{"anyOf", {{{"type", "null"}}, std::move(schema)}}}; }

Json fieldSchema(const FieldDescriptor& field) {
  if (!field.is_repeated()) {
    Json one = elementSchema(field);
    return field.message_type() != nullptr && wordTypeOf(field).type.empty() ? orNothing(std::move(one)) : one;
  }
  const KeyedList* keyed = field.message_type() != nullptr ? keyedList(field.message_type()->name()) : nullptr;
  if (keyed != nullptr) {
    Json value = keyed->value.empty() ? orNothing(reference(*field.message_type()))
                                      : fieldSchema(*field.message_type()->FindFieldByName(std::string(keyed->value)));
    return {{"type", {"object", "null"}}, {"additionalProperties", std::move(value)}};
  }
  Json list = {{"type", "array"}, {"items", elementSchema(field)}};
  if (field.message_type() != nullptr) return orNothing(std::move(list));
  return {{"anyOf", {elementSchema(field), std::move(list)}}};
}

Json messageSchema(const Descriptor& type) {
  if (const WrittenAs* as = writtenAs(type)) {
    Json schema = {{"description", std::string(as->text)}};
    if (type.name() == "Bootstrap") schema["type"] = {"string", "object"};
    return schema;
  }
  Json properties = Json::object();
  for (int i = 0; i < type.field_count(); ++i)
    properties[std::string(type.field(i)->name())] = fieldSchema(*type.field(i));
  Json mapping = {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!hasShortForm(type.name())) return mapping;
  std::string forms;
  for (const std::string& f : formsOf(type)) forms += (forms.empty() ? "" : "\n") + f;
  return {{"description", forms}, {"anyOf", {{{"type", "string"}}, std::move(mapping)}}};
}

std::string typeText(const FieldDescriptor& field) {
  std::string text;
  if (field.message_type() != nullptr) {
    const WordType word = wordTypeOf(field);
    text = word.type.empty() ? "[" + std::string(field.message_type()->name()) + "](#" +
                                   std::string(field.message_type()->name()) + ")"
                             : std::string(word.example);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    for (int i = 0; i < field.enum_type()->value_count(); ++i)
      text += (text.empty() ? "`" : ", `") + enumWord(field.enum_type()->value(i)->name()) + "`";
  } else {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL: text = "true or false"; break;
      case FieldDescriptor::CPPTYPE_UINT32: text = "a whole number"; break;
      case FieldDescriptor::CPPTYPE_UINT64: text = "a whole number, perhaps with KiB, MiB"; break;
      default: text = field.type() == FieldDescriptor::TYPE_BYTES ? "a text with `\\r` `\\n` `\\x41`" : "a text"; break;
    }
  }
  if (!field.is_repeated()) return text;
  const KeyedList* keyed = field.message_type() != nullptr ? keyedList(field.message_type()->name()) : nullptr;
  if (keyed == nullptr) return "a list, each " + text;
  return "a mapping from `" + std::string(keyed->key) + "` to " + text;
}

void addSection(const Descriptor& type, std::string& out) {
  const std::string name(type.name());
  const KeyedList* keyed = keyedList(name);
  if (keyed != nullptr && !keyed->value.empty() && (name == "HeaderField" || name == "Variable")) return;
  out += "\n## " + name + "\n\n";
  if (const WrittenAs* as = writtenAs(type)) {
    out += std::string(as->text) + "\n";
    return;
  }
  if (hasShortForm(type.name())) {
    out += "As one short text:\n\n";
    for (const std::string& f : formsOf(type)) out += "    " + f + "\n";
    out += "\nor as a mapping:\n\n";
  }
  if (type.field_count() == 0) {
    out += "Nothing inside: `{}`.\n";
    return;
  }
  out += "| Field | Is |\n| --- | --- |\n";
  bool oneOf = false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (keyed != nullptr && field.name() == keyed->key) continue;
    const bool choice = field.containing_oneof() != nullptr;
    oneOf = oneOf || choice;
    out += "| `" + std::string(field.name()) + "`" + (choice ? " *" : "") + " | " + typeText(field) + " |\n";
  }
  if (oneOf) out += "\n\\* exactly one of these.\n";
}

}  // namespace

std::string scenarioSchema() {
  const Messages messages;
  Json schema = messageSchema(*orrery::Scenario::descriptor());
  Json out = {{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "Orrery scenario"},
              {"description", "A story about a proxy's behaviour. The page of short texts is scenarios/LANGUAGE.md."}};
  out.update(schema);
  out["required"] = {"claim", "proxy"};
  out["properties"]["cases"] = {
      {"description", "One story, a table of cases: ${parameter} in the rest of the file is the value of the case."},
      {"type", "object"},
      {"additionalProperties", {{"type", {"object", "null"}}, {"additionalProperties", anyScalar()}}}};
  Json& definitions = out["definitions"];
  for (const Descriptor* type : messages.all()) {
    if (type != orrery::Scenario::descriptor()) definitions[std::string(type->name())] = messageSchema(*type);
  }
  return out.dump(1) + "\n";
}

std::string scenarioReference() {
  std::string out =
      "# Scenario files, field by field\n\n"
      "Made from `orrery.Scenario` (sim/script/scenario.proto) by `orrery schema --markdown`; "
      "[LANGUAGE.md](LANGUAGE.md) "
      "says what\n"
      "each thing does. Steps, faults, names and expectations are mappings or short texts; `orrery validate --long "
      "FILE` prints a\n"
      "scenario with every short text as its mapping. A table of `cases` at the top level makes several scenarios of "
      "one file (LANGUAGE.md).\n";
  const Messages messages;
  for (const Descriptor* type : messages.all()) addSection(*type, out);
  return out;
}

}  // namespace orrery::script
