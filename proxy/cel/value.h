#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "proxy/stream_info/value.h"

namespace orrery::cel {

using Wide = __int128;

struct Text {
  std::string_view is;
};
struct Bytes {
  std::string_view is;
};
// Wider than what the proxy measures by: conditions may hold any time that there is a date for.
struct Span {
  Wide nanoseconds = 0;
  auto operator<=>(const Span&) const = default;
};
struct Moment {
  Wide nanoseconds = 0;  // since 1970
  auto operator<=>(const Moment&) const = default;
};
struct TypeName {
  std::string_view is;
};
// A message envoy.config.core.v3.Metadata; null: an empty one.
struct MetadataMessage {
  const stream_info::Value::Object* byNamespace = nullptr;
};

struct List;
class Map;

// What an expression comes to. The first kind stands for all errors, and for what is absent: a condition only ever learns
// that there is no value. Texts, lists and maps belong to the expression, to the request or to the Scratch of the evaluation.
using Value = std::variant<std::monostate, std::nullptr_t, bool, int64_t, uint64_t, double, Text, Bytes, Span, Moment,
                           TypeName, MetadataMessage, const List*, const Map*>;

inline bool isError(const Value& value) { return std::holds_alternative<std::monostate>(value); }

struct List {
  std::vector<Value> items;
};

// Lifetime: as values. Threading: one evaluation's.
class Map {
 public:
  virtual ~Map() = default;
  virtual size_t size() const = 0;
  // No value: it has no such key, or nothing has keys of that kind.
  virtual Value find(const Value& key) const = 0;
  virtual std::vector<Value> keys() const = 0;
};

// What an evaluation makes. Lifetime: a text, list or map that it gives lives as long as it does. Bounds: one text has at most
// kMostText bytes and one list at most kMostItems; what would be longer is an error, as nested replacements could ask for any
// length.
class Scratch {
 public:
  static constexpr size_t kMostText = 1 << 20;
  static constexpr size_t kMostItems = 1 << 16;

  Value text(std::string text) {
    if (text.size() > kMostText) return {};
    return Text{keep(std::move(text))};
  }
  Value bytes(std::string text) {
    if (text.size() > kMostText) return {};
    return Bytes{keep(std::move(text))};
  }
  Value list(std::vector<Value> items) {
    if (items.size() > kMostItems) return {};
    lists_.push_back(std::make_unique<const List>(std::move(items)));
    return lists_.back().get();
  }
  Value map(std::unique_ptr<const Map> map) {
    maps_.push_back(std::move(map));
    return maps_.back().get();
  }

 private:
  std::string_view keep(std::string text) {
    texts_.push_back(std::make_unique<const std::string>(std::move(text)));
    return *texts_.back();
  }
  std::vector<std::unique_ptr<const std::string>> texts_;
  std::vector<std::unique_ptr<const List>> lists_;
  std::vector<std::unique_ptr<const Map>> maps_;
};

// A map whose entries are written in the expression. An error: a key is there twice, or is of a kind that keys are not.
Value newMap(std::vector<std::pair<Value, Value>> entries, Scratch& scratch);
// Metadata; `object` outlives `scratch`.
Value newMap(const stream_info::Value::Object& object, Scratch& scratch);
Value toValue(const stream_info::Value& tree, Scratch& scratch);

// Whether maps may have such a key at all.
bool isKey(const Value& value);
// The name of its type, as type() gives it; empty for errors.
std::string_view typeNameOf(const Value& value);

}  // namespace orrery::cel
