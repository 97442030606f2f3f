#include "proxy/cel/value.h"

#include <algorithm>

#include "proxy/cel/compare.h"

namespace orrery::cel {

namespace {

class LiteralMap final : public Map {
 public:
  explicit LiteralMap(std::vector<std::pair<Value, Value>> entries) : entries_(std::move(entries)) {}
  size_t size() const override { return entries_.size(); }
  Value find(const Value& key) const override {
    // An entry of the key's own kind goes first: 1 and 1u may both be there.
    for (const auto& [k, value] : entries_) {
      if (k.index() == key.index() && equals(k, key)) return value;
    }
    for (const auto& [k, value] : entries_) {
      if (equals(k, key)) return value;
    }
    return {};
  }
  std::vector<Value> keys() const override {
    std::vector<Value> out;
    for (const auto& entry : entries_) out.push_back(entry.first);
    return out;
  }

 private:
  std::vector<std::pair<Value, Value>> entries_;
};

class ObjectMap final : public Map {
 public:
  ObjectMap(const stream_info::Value::Object& object, Scratch& scratch) : object_(object), scratch_(scratch) {}
  size_t size() const override { return object_.size(); }
  Value find(const Value& key) const override {
    const auto* name = std::get_if<Text>(&key);
    const stream_info::Value* member = name != nullptr ? stream_info::find(object_, name->is) : nullptr;
    return member != nullptr ? toValue(*member, scratch_) : Value();
  }
  std::vector<Value> keys() const override {
    std::vector<Value> out;
    for (const auto& member : object_) out.emplace_back(Text{member.name});
    return out;
  }

 private:
  const stream_info::Value::Object& object_;
  Scratch& scratch_;
};

}  // namespace

Value newMap(std::vector<std::pair<Value, Value>> entries, Scratch& scratch) {
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    const Value& key = entry->first;
    const auto same = [&](const auto& other) { return other.first.index() == key.index() && equals(other.first, key); };
    if (!isKey(key) || std::any_of(entries.begin(), entry, same)) return {};
  }
  return scratch.map(std::make_unique<LiteralMap>(std::move(entries)));
}

Value newMap(const stream_info::Value::Object& object, Scratch& scratch) {
  return scratch.map(std::make_unique<ObjectMap>(object, scratch));
}

Value toValue(const stream_info::Value& tree, Scratch& scratch) {
  if (const auto* truth = std::get_if<bool>(&tree.is)) return *truth;
  if (const auto* number = std::get_if<double>(&tree.is)) return *number;
  if (const auto* text = std::get_if<std::string>(&tree.is)) return Text{*text};
  if (const auto* object = tree.object()) return newMap(*object, scratch);
  if (const auto* list = tree.list()) {
    std::vector<Value> items;
    for (const auto& item : *list) items.push_back(toValue(item, scratch));
    return scratch.list(std::move(items));
  }
  return nullptr;
}

bool isKey(const Value& value) {
  return std::holds_alternative<bool>(value) || std::holds_alternative<int64_t>(value) ||
         std::holds_alternative<uint64_t>(value) || std::holds_alternative<Text>(value);
}

std::string_view typeNameOf(const Value& value) {
  struct Names {
    std::string_view operator()(std::monostate) const { return {}; }
    std::string_view operator()(std::nullptr_t) const { return "null_type"; }
    std::string_view operator()(bool) const { return "bool"; }
    std::string_view operator()(int64_t) const { return "int"; }
    std::string_view operator()(uint64_t) const { return "uint"; }
    std::string_view operator()(double) const { return "double"; }
    std::string_view operator()(Text) const { return "string"; }
    std::string_view operator()(Bytes) const { return "bytes"; }
    std::string_view operator()(Span) const { return "google.protobuf.Duration"; }
    std::string_view operator()(Moment) const { return "google.protobuf.Timestamp"; }
    std::string_view operator()(TypeName) const { return "type"; }
    std::string_view operator()(MetadataMessage) const { return "envoy.config.core.v3.Metadata"; }
    std::string_view operator()(const List*) const { return "list"; }
    std::string_view operator()(const Map*) const { return "map"; }
  };
  return std::visit(Names(), value);
}

}  // namespace orrery::cel
