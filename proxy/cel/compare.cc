#include "proxy/cel/compare.h"

#include <algorithm>
#include <type_traits>

namespace orrery::cel {

namespace {

// Numbers of two kinds, one of them broken: as Envoy, by what the whole one rounds to.
std::partial_ordering orderOfNumbers(int64_t a, int64_t b) { return a <=> b; }
std::partial_ordering orderOfNumbers(uint64_t a, uint64_t b) { return a <=> b; }
std::partial_ordering orderOfNumbers(double a, double b) { return a <=> b; }
std::partial_ordering orderOfNumbers(int64_t a, uint64_t b) {
  return a < 0 ? std::partial_ordering::less : static_cast<uint64_t>(a) <=> b;
}
std::partial_ordering orderOfNumbers(uint64_t a, int64_t b) {
  return b < 0 ? std::partial_ordering::greater : a <=> static_cast<uint64_t>(b);
}
template <class Whole>
std::partial_ordering orderOfNumbers(Whole a, double b) {
  return static_cast<double>(a) <=> b;
}
template <class Whole>
std::partial_ordering orderOfNumbers(double a, Whole b) {
  return a <=> static_cast<double>(b);
}

template <class T>
constexpr bool kIsNumber = std::is_same_v<T, int64_t> || std::is_same_v<T, uint64_t> || std::is_same_v<T, double>;
template <class T>
constexpr bool kHasText = std::is_same_v<T, Text> || std::is_same_v<T, Bytes>;
template <class T>
constexpr bool kHasOrder = std::is_same_v<T, bool> || std::is_same_v<T, Span> || std::is_same_v<T, Moment>;

struct Order {
  template <class A, class B>
  std::optional<std::partial_ordering> operator()(const A& a, const B& b) const {
    if constexpr (kIsNumber<A> && kIsNumber<B>) {
      return orderOfNumbers(a, b);
    } else if constexpr (!std::is_same_v<A, B>) {
      return std::nullopt;
    } else if constexpr (kHasText<A>) {
      return a.is <=> b.is;
    } else if constexpr (kHasOrder<A>) {
      return a <=> b;
    } else {
      return std::nullopt;
    }
  }
};

bool sameEntries(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  if (a.size() == 0) return true;  // all that have no keys to tell are equal, as in Envoy
  return std::ranges::all_of(a.keys(), [&](const Value& key) { return equals(a.find(key), b.find(key)); });
}

bool sameMessages(const MetadataMessage& a, const MetadataMessage& b) {
  static const stream_info::Value::Object kNone;
  return (a.byNamespace != nullptr ? *a.byNamespace : kNone) == (b.byNamespace != nullptr ? *b.byNamespace : kNone);
}

}  // namespace

bool equals(const Value& a, const Value& b) {
  if (const auto found = std::visit(Order(), a, b)) return *found == std::partial_ordering::equivalent;
  if (a.index() != b.index() || isError(a)) return false;
  if (const auto* type = std::get_if<TypeName>(&a)) return type->is == std::get<TypeName>(b).is;
  if (const auto* list = std::get_if<const List*>(&a)) {
    return std::ranges::equal((*list)->items, std::get<const List*>(b)->items, equals);
  }
  if (const auto* map = std::get_if<const Map*>(&a)) return sameEntries(**map, *std::get<const Map*>(b));
  if (const auto* message = std::get_if<MetadataMessage>(&a)) {
    return sameMessages(*message, std::get<MetadataMessage>(b));
  }
  return true;  // null
}

std::optional<std::partial_ordering> order(const Value& a, const Value& b) { return std::visit(Order(), a, b); }

}  // namespace orrery::cel
