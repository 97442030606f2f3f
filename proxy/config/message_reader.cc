#include "proxy/config/message_reader.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <memory>

#include "proxy/base/ascii.h"
#include "proxy/base/did_you_mean.h"
#include "proxy/base/utf8.h"
#include "proxy/config/any_type.h"
#include "proxy/config/well_known.h"
#include "proxy/config/yaml_scalar.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

class Reader {
 public:
  Reader(const YamlTree& tree, Report& report) : tree_(tree), report_(report) {}

  void message(const YamlNode& node, pb::Message& message) {
    if (!enter(node)) return;
    if (node.kind != YamlNode::Kind::kMapping) return expected(node, "a mapping");
    mappingInto(node, message, /*skipType=*/false);
  }

 private:
  // One visit of a node; false once the bound is passed (told once).
  bool enter(const YamlNode& node) {
    if (++visits_ <= kMaxReaderVisits) {
      report_.lines().add(path_.text(), current_.line > 0 ? current_ : node.mark);
      current_ = {};
      return true;
    }
    if (visits_ == kMaxReaderVisits + 1) {
      report_.refuseAt(
          node.mark, path_.text(),
          "more than " + std::to_string(kMaxReaderVisits) + " values, aliases counted as often as they are named");
    }
    return false;
  }

  void expected(const YamlNode& node, std::string_view what) {
    report_.refuseAt(node.mark, path_.text(), "expected " + std::string(what) + ", found " + describe(node));
  }

  // The entries that count, in the file's order: of equal keys (after `canonical`) the last.
  template <class Canonical>
  std::vector<const YamlNode::Entry*> countingEntries(const YamlNode& node, Canonical canonical) {
    std::map<std::string, const YamlNode::Entry*, std::less<>> last;
    std::vector<const YamlNode::Entry*> out;
    for (const auto& entry : node.entries) {
      const auto scope = path_.field(entry.key);
      if (!entry.keyIsScalar) {
        report_.refuseAt(entry.mark, path_.text(), "a key must be a plain name");
        continue;
      }
      auto [slot, fresh] = last.try_emplace(canonical(entry.key), &entry);
      if (!fresh) {
        report_.warnAt(entry.mark, path_.text(),
                       "given again; this one counts, not that of line " + std::to_string(slot->second->mark.line));
        std::erase(out, slot->second);
        slot->second = &entry;
      }
      out.push_back(&entry);
    }
    return out;
  }

  void mappingInto(const YamlNode& node, pb::Message& message, bool skipType) {
    const pb::Descriptor& type = *message.GetDescriptor();
    const auto canonical = [&](const std::string& key) {
      const pb::FieldDescriptor* field = findField(type, key);
      return field == nullptr ? key : field->name();
    };
    for (const auto* entry : countingEntries(node, canonical)) {
      if (skipType && entry->key == "@type") continue;
      const pb::FieldDescriptor* field = findField(type, entry->key);
      const YamlNode& value = tree_.at(entry->value);
      if (field == nullptr) {
        unknownField(type, *entry);
        continue;
      }
      const auto scope = path_.field(field->name());
      current_ = entry->mark;
      set(value, message, *field);
    }
  }

  static const pb::FieldDescriptor* findField(const pb::Descriptor& type, const std::string& key) {
    if (const auto* field = type.FindFieldByName(key)) return field;
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == key) return type.field(i);
    }
    return nullptr;
  }

  void unknownField(const pb::Descriptor& type, const YamlNode::Entry& entry) {
    std::vector<std::string_view> names;
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
    {
      const auto scope = path_.field(entry.key);
      report_.refuseAt(entry.mark, path_.text(),
                       type.full_name() + " has no field '" + entry.key + "'" + didYouMean(entry.key, names));
    }
    if (const std::string_view meant = nearestOf(entry.key, names); !meant.empty()) {
      const auto scope = path_.field(meant);
      report_.meant(path_.text());
    }
  }

  void set(const YamlNode& node, pb::Message& message, const pb::FieldDescriptor& field) {
    if (!enter(node)) return;
    const bool isValue = !field.is_repeated() && field.message_type() != nullptr &&
                         field.message_type()->full_name() == "google.protobuf.Value";
    const bool isNull = !field.is_repeated() && field.enum_type() != nullptr &&
                        field.enum_type()->full_name() == "google.protobuf.NullValue";
    if (node.kind == YamlNode::Kind::kNull && !isValue && !isNull) return;
    if (const auto* oneof = field.real_containing_oneof();
        oneof != nullptr && message.GetReflection()->HasOneof(message, oneof)) {
      const auto* first = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
      return report_.refuseAt(
          node.mark, path_.text(),
          "only one of the oneof '" + oneof->name() + "' may be given, and '" + first->name() + "' is");
    }
    if (node.kind == YamlNode::Kind::kNull && isNull) return message.GetReflection()->SetEnumValue(&message, &field, 0);
    if (field.is_map()) return map(node, message, field);
    if (field.is_repeated()) return list(node, message, field);
    if (field.message_type() != nullptr) {
      return messageValue(node, *message.GetReflection()->MutableMessage(&message, &field));
    }
    scalar(node, message, field);
  }

  void list(const YamlNode& node, pb::Message& message, const pb::FieldDescriptor& field) {
    if (node.kind != YamlNode::Kind::kSequence) return expected(node, "a list");
    report_.lines().addList(path_.text(), static_cast<int>(node.items.size()));
    int index = 0;
    for (uint32_t itemIndex : node.items) {
      const YamlNode& item = tree_.at(itemIndex);
      const auto scope = path_.index(index++);
      if (!enter(item)) return;
      if (item.kind == YamlNode::Kind::kNull) {
        expected(item, "a value");
      } else if (field.message_type() != nullptr) {
        messageValue(item, *message.GetReflection()->AddMessage(&message, &field));
      } else {
        scalar(item, message, field);
      }
    }
  }

  void map(const YamlNode& node, pb::Message& message, const pb::FieldDescriptor& field) {
    if (node.kind != YamlNode::Kind::kMapping) return expected(node, "a mapping");
    const pb::FieldDescriptor& keyField = *field.message_type()->map_key();
    const pb::FieldDescriptor& valueField = *field.message_type()->map_value();
    for (const auto* entry : countingEntries(node, [](const std::string& key) { return key; })) {
      const auto scope = path_.key(entry->key);
      YamlNode key;
      key.kind = YamlNode::Kind::kScalar;
      key.quoted = true;
      key.mark = entry->mark;
      key.scalar = entry->key;
      pb::Message& pair = *message.GetReflection()->AddMessage(&message, &field);
      scalar(key, pair, keyField);
      current_ = entry->mark;
      set(tree_.at(entry->value), pair, valueField);
    }
  }

  void messageValue(const YamlNode& node, pb::Message& message) {
    if (message.GetDescriptor()->full_name() == "google.protobuf.Any") {
      return any(node, static_cast<pb::Any&>(message));
    }
    if (isWellKnown(*message.GetDescriptor())) {
      if (auto error = readWellKnown(tree_, node, message, visits_, kMaxReaderVisits)) {
        report_.refuseAt(error->mark, path_.text(), std::move(error->message));
      }
      return;
    }
    if (node.kind != YamlNode::Kind::kMapping) return expected(node, "a mapping");
    mappingInto(node, message, /*skipType=*/false);
  }

  void any(const YamlNode& node, pb::Any& any) {
    if (node.kind != YamlNode::Kind::kMapping) return expected(node, "a mapping with \"@type\"");
    const YamlNode::Entry* typeEntry = nullptr;
    for (const auto& entry : node.entries) {
      if (entry.key == "@type") typeEntry = &entry;
    }
    if (typeEntry == nullptr) {
      if (!node.entries.empty()) report_.refuseAt(node.mark, path_.text(), "a typed_config needs \"@type\"");
      return;
    }
    const YamlNode& url = tree_.at(typeEntry->value);
    const std::string_view name = typeName(url.scalar);
    const bool isUrl = url.kind == YamlNode::Kind::kScalar && url.scalar.find('/') != std::string::npos;
    const pb::Descriptor* type = isUrl ? findType(name) : nullptr;
    if (type == nullptr) {
      const auto scope = path_.field("@type");
      if (!isUrl)
        return report_.refuseAt(typeEntry->mark, path_.text(),
                                "expected a type URL with a slash, found " + describe(url));
      return report_.refuseAt(
          typeEntry->mark, path_.text(),
          "no type '" + std::string(name.substr(0, 200)) + "' that Orrery knows" + suggestType(name));
    }
    report_.lines().addAny(path_.text());
    auto inner = newMessage(*type);
    if (isWellKnown(*type)) {
      for (const auto& entry : node.entries) {
        if (entry.key != "value") continue;
        const auto scope = path_.field("value");
        if (auto error = readWellKnown(tree_, tree_.at(entry.value), *inner, visits_, kMaxReaderVisits)) {
          report_.refuseAt(error->mark, path_.text(), std::move(error->message));
        }
      }
    } else {
      mappingInto(node, *inner, /*skipType=*/true);
    }
    any.set_type_url("type.googleapis.com/" + type->full_name());
    any.set_value(serializeDeterministically(*inner));
  }

  // Sets a scalar field, or adds to a repeated one.
  void scalar(const YamlNode& node, pb::Message& message, const pb::FieldDescriptor& field) {
    if (node.kind != YamlNode::Kind::kScalar) return expected(node, scalarName(field));
    const pb::Reflection& reflection = *message.GetReflection();
    const YamlScalar value = classify(node);
    const bool add = field.is_repeated();
    using Type = pb::FieldDescriptor;
    switch (field.cpp_type()) {
      case Type::CPPTYPE_INT32: {
        const auto v = toInt64(value);
        if (!v || *v < INT32_MIN || *v > INT32_MAX) return expected(node, scalarName(field));
        const auto narrow = static_cast<int32_t>(*v);
        return add ? reflection.AddInt32(&message, &field, narrow) : reflection.SetInt32(&message, &field, narrow);
      }
      case Type::CPPTYPE_UINT32: {
        const auto v = toUint64(value);
        if (!v || *v > UINT32_MAX) return expected(node, scalarName(field));
        const auto narrow = static_cast<uint32_t>(*v);
        return add ? reflection.AddUInt32(&message, &field, narrow) : reflection.SetUInt32(&message, &field, narrow);
      }
      case Type::CPPTYPE_INT64: {
        const auto v = toInt64(value);
        if (!v) return expected(node, scalarName(field));
        return add ? reflection.AddInt64(&message, &field, *v) : reflection.SetInt64(&message, &field, *v);
      }
      case Type::CPPTYPE_UINT64: {
        const auto v = toUint64(value);
        if (!v) return expected(node, scalarName(field));
        return add ? reflection.AddUInt64(&message, &field, *v) : reflection.SetUInt64(&message, &field, *v);
      }
      case Type::CPPTYPE_DOUBLE: {
        const auto v = toDouble(value);
        if (!v) return expected(node, scalarName(field));
        return add ? reflection.AddDouble(&message, &field, *v) : reflection.SetDouble(&message, &field, *v);
      }
      case Type::CPPTYPE_FLOAT: {
        const auto v = toDouble(value);
        if (!v) return expected(node, scalarName(field));
        const auto narrow = static_cast<float>(*v);
        return add ? reflection.AddFloat(&message, &field, narrow) : reflection.SetFloat(&message, &field, narrow);
      }
      case Type::CPPTYPE_BOOL: {
        const auto v = toBool(value);
        if (!v) return expected(node, scalarName(field));
        return add ? reflection.AddBool(&message, &field, *v) : reflection.SetBool(&message, &field, *v);
      }
      case Type::CPPTYPE_STRING: {
        if (value.kind != YamlScalar::Kind::kString) {
          return report_.refuseAt(node.mark, path_.text(),
                                  "expected a string, found " + describe(node) + " (quotes would make it a string)");
        }
        std::string text(value.text);
        if (field.type() == Type::TYPE_BYTES) {
          auto bytes = fromBase64(text);
          if (!bytes) return expected(node, scalarName(field));
          text = std::move(*bytes);
        } else if (!isUtf8(text)) {
          return report_.refuseAt(node.mark, path_.text(), "not valid UTF-8");
        }
        return add ? reflection.AddString(&message, &field, text) : reflection.SetString(&message, &field, text);
      }
      case Type::CPPTYPE_ENUM: return enumeration(node, value, message, field);
      case Type::CPPTYPE_MESSAGE: return;  // Not a scalar; callers have branched before.
    }
  }

  void enumeration(const YamlNode& node, const YamlScalar& value, pb::Message& message,
                   const pb::FieldDescriptor& field) {
    const pb::EnumDescriptor& type = *field.enum_type();
    std::optional<int> number;
    if (const auto v = toInt64(value); v && *v >= INT32_MIN && *v <= INT32_MAX) number = static_cast<int>(*v);
    std::vector<std::string_view> names;
    for (int i = 0; i < type.value_count(); ++i) {
      names.push_back(type.value(i)->name());
      if (equalsIgnoreCase(type.value(i)->name(), node.scalar)) number = type.value(i)->number();
    }
    if (!number) {
      return report_.refuseAt(node.mark, path_.text(),
                              type.full_name() + " has no value " + describe(node) + didYouMean(node.scalar, names));
    }
    const pb::Reflection& reflection = *message.GetReflection();
    if (field.is_repeated()) {
      reflection.AddEnumValue(&message, &field, *number);
    } else {
      reflection.SetEnumValue(&message, &field, *number);
    }
  }

  static std::string_view scalarName(const pb::FieldDescriptor& field) {
    using Type = pb::FieldDescriptor;
    switch (field.cpp_type()) {
      case Type::CPPTYPE_INT32: return "an integer of 32 bits";
      case Type::CPPTYPE_INT64: return "an integer of 64 bits";
      case Type::CPPTYPE_UINT32: return "an unsigned integer of 32 bits";
      case Type::CPPTYPE_UINT64: return "an unsigned integer of 64 bits";
      case Type::CPPTYPE_DOUBLE:
      case Type::CPPTYPE_FLOAT: return "a number";
      case Type::CPPTYPE_BOOL: return "true or false";
      case Type::CPPTYPE_ENUM: return "the name of a value";
      case Type::CPPTYPE_STRING: return field.type() == Type::TYPE_BYTES ? "base64" : "a string";
      case Type::CPPTYPE_MESSAGE: break;
    }
    return "a mapping";
  }

  const YamlTree& tree_;
  Report& report_;
  Path path_;
  Mark current_;  // The place of the key just seen: a field stands where its name does.
  size_t visits_ = 0;
};

}  // namespace

void readMessage(const YamlTree& tree, pb::Message& message, Report& report) {
  Reader(tree, report).message(tree.at(tree.root), message);
  if (tree.moreDocuments) report.warnAt({}, "", "the file holds more than one document; only the first is read");
}

}  // namespace orrery::config
