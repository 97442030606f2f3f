#include <algorithm>
#include <limits>

#include "proxy/cel/compare.h"
#include "proxy/cel/function.h"
#include "proxy/cel/time_text.h"

// Operators, and what looks at lists and maps.
namespace orrery::cel {

namespace {

using enum Function::Style;

template <class T>
const T* as(const Value& value) {
  return std::get_if<T>(&value);
}

// f(a, b) if both are whole numbers of one kind, in a type that holds every result.
template <class F>
Value ofWhole(Arguments args, F&& f) {
  const auto within = [](auto kind, Wide result) {
    using T = decltype(kind);
    const bool fits = result >= std::numeric_limits<T>::min() && result <= std::numeric_limits<T>::max();
    return fits ? Value(static_cast<T>(result)) : Value();
  };
  if (as<int64_t>(args[0]) && as<int64_t>(args[1])) {
    return within(int64_t{}, f(Wide{*as<int64_t>(args[0])}, Wide{*as<int64_t>(args[1])}));
  }
  if (as<uint64_t>(args[0]) && as<uint64_t>(args[1])) {
    return within(uint64_t{}, f(Wide{*as<uint64_t>(args[0])}, Wide{*as<uint64_t>(args[1])}));
  }
  return {};
}

template <class Time>
Value inBounds(Time time) {
  return time.nanoseconds > -kMostTime && time.nanoseconds < kMostTime ? Value(time) : Value();
}

bool bothDoubles(Arguments args) { return as<double>(args[0]) && as<double>(args[1]); }

Value add(Arguments args, Scratch&) {
  if (bothDoubles(args)) return *as<double>(args[0]) + *as<double>(args[1]);
  const auto *moment = as<Moment>(args[0]), *otherMoment = as<Moment>(args[1]);
  const auto *span = as<Span>(args[0]), *otherSpan = as<Span>(args[1]);
  if (moment && otherSpan) return inBounds(Moment{moment->nanoseconds + otherSpan->nanoseconds});
  if (span && otherMoment) return inBounds(Moment{span->nanoseconds + otherMoment->nanoseconds});
  if (span && otherSpan) return inBounds(Span{span->nanoseconds + otherSpan->nanoseconds});
  return ofWhole(args, [](Wide a, Wide b) { return a + b; });
}

Value addOrJoin(Arguments args, Scratch& scratch) {
  const auto joined = [](std::string_view a, std::string_view b) { return std::string(a).append(b); };
  if (as<Text>(args[0]) && as<Text>(args[1])) return scratch.text(joined(as<Text>(args[0])->is, as<Text>(args[1])->is));
  if (as<Bytes>(args[0]) && as<Bytes>(args[1])) {
    return scratch.bytes(joined(as<Bytes>(args[0])->is, as<Bytes>(args[1])->is));
  }
  return add(args, scratch);
}

Value subtract(Arguments args, Scratch&) {
  if (bothDoubles(args)) return *as<double>(args[0]) - *as<double>(args[1]);
  const auto *moment = as<Moment>(args[0]), *otherMoment = as<Moment>(args[1]);
  const auto *span = as<Span>(args[0]), *otherSpan = as<Span>(args[1]);
  if (moment && otherMoment) return inBounds(Span{moment->nanoseconds - otherMoment->nanoseconds});
  if (moment && otherSpan) return inBounds(Moment{moment->nanoseconds - otherSpan->nanoseconds});
  if (span && otherSpan) return inBounds(Span{span->nanoseconds - otherSpan->nanoseconds});
  return ofWhole(args, [](Wide a, Wide b) { return a - b; });
}

Value multiply(Arguments args, Scratch&) {
  if (bothDoubles(args)) return *as<double>(args[0]) * *as<double>(args[1]);
  // Two numbers of 64 bits without sign may pass 127; what does so is far out of range anyway.
  return ofWhole(args, [](Wide a, Wide b) {
    Wide out = 0;
    return __builtin_mul_overflow(a, b, &out) ? std::numeric_limits<Wide>::max() : out;
  });
}

bool isZero(const Value& value) {
  const auto* whole = as<int64_t>(value);
  const auto* positive = as<uint64_t>(value);
  return (whole != nullptr && *whole == 0) || (positive != nullptr && *positive == 0);
}

Value divide(Arguments args, Scratch&) {
  if (bothDoubles(args)) return *as<double>(args[0]) / *as<double>(args[1]);
  if (isZero(args[1])) return {};
  return ofWhole(args, [](Wide a, Wide b) { return a / b; });
}

Value remainder(Arguments args, Scratch&) {
  if (isZero(args[1])) return {};
  return ofWhole(args, [](Wide a, Wide b) { return a % b; });
}

Value negate(Arguments args, Scratch&) {
  if (const auto* number = as<double>(args[0])) return -*number;
  const auto* whole = as<int64_t>(args[0]);
  if (whole == nullptr || *whole == std::numeric_limits<int64_t>::min()) return {};
  return -*whole;
}

Value isNot(Arguments args, Scratch&) {
  const auto* truth = as<bool>(args[0]);
  return truth != nullptr ? Value(!*truth) : Value();
}

Value isEqual(Arguments args, Scratch&) { return equals(args[0], args[1]); }
Value isUnequal(Arguments args, Scratch&) { return !equals(args[0], args[1]); }

template <class F>
Value ordered(Arguments args, F&& holds) {
  const auto found = order(args[0], args[1]);
  return found ? Value(static_cast<bool>(holds(*found))) : Value();
}
Value isLess(Arguments args, Scratch&) {
  return ordered(args, [](auto o) { return o < 0; });
}
Value isLessOrEqual(Arguments args, Scratch&) {
  return ordered(args, [](auto o) { return o <= 0; });
}
Value isGreater(Arguments args, Scratch&) {
  return ordered(args, [](auto o) { return o > 0; });
}
Value isGreaterOrEqual(Arguments args, Scratch&) {
  return ordered(args, [](auto o) { return o >= 0; });
}

// A number as a place in a list or a key of a map: a whole one, if it is any.
std::optional<Value> wholeOf(const Value& value) {
  const auto* number = as<double>(value);
  if (number == nullptr) return value;
  if (!(*number >= -9223372036854775808.0 && *number < 9223372036854775808.0)) return std::nullopt;
  const auto whole = static_cast<int64_t>(*number);
  return static_cast<double>(whole) == *number ? std::optional<Value>(whole) : std::nullopt;
}

Value at(Arguments args, Scratch&) {
  const auto key = wholeOf(args[1]);
  if (!key) return {};
  if (const auto* map = as<const Map*>(args[0])) return isKey(*key) ? (*map)->find(*key) : Value();
  const auto* list = as<const List*>(args[0]);
  if (list == nullptr) return {};
  const std::vector<Value>& items = (*list)->items;
  if (const auto* place = as<uint64_t>(*key)) return *place < items.size() ? items[*place] : Value();
  const auto* place = as<int64_t>(*key);
  if (place == nullptr || *place < 0 || static_cast<uint64_t>(*place) >= items.size()) return {};
  return items[static_cast<size_t>(*place)];
}

Value isIn(Arguments args, Scratch&) {
  if (const auto* list = as<const List*>(args[1])) {
    return std::ranges::any_of((*list)->items, [&](const Value& item) { return equals(item, args[0]); });
  }
  const auto* map = as<const Map*>(args[1]);
  if (map == nullptr) return {};
  const auto key = wholeOf(args[0]);
  if (!key) return false;
  return isKey(*key) ? Value(!isError((*map)->find(*key))) : Value();
}

Value typeOf(Arguments args, Scratch&) { return TypeName{typeNameOf(args[0])}; }
Value itself(Arguments args, Scratch&) { return args[0]; }

constexpr Function kOperators[] = {
    {"_==_", kPlain, 2, isEqual},
    {"_!=_", kPlain, 2, isUnequal},
    {"_<_", kPlain, 2, isLess},
    {"_<=_", kPlain, 2, isLessOrEqual},
    {"_>_", kPlain, 2, isGreater},
    {"_>=_", kPlain, 2, isGreaterOrEqual},
    {"_+_", kPlain, 2, addOrJoin, Function::Needs::kStringConcat},
    {"_+_", kPlain, 2, add},
    {"_-_", kPlain, 2, subtract},
    {"_*_", kPlain, 2, multiply},
    {"_/_", kPlain, 2, divide},
    {"_%_", kPlain, 2, remainder},
    {"-_", kPlain, 1, negate},
    {"!_", kPlain, 1, isNot},
    {"_[_]", kBoth, 2, at},
    {"@in", kPlain, 2, isIn},
    {"_in_", kPlain, 2, isIn},
    {"in", kPlain, 2, isIn},
    {"type", kPlain, 1, typeOf},
    {"dyn", kPlain, 1, itself},
};

}  // namespace

std::span<const Function> operatorFunctions() { return kOperators; }

}  // namespace orrery::cel
