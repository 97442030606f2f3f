#include <cstdint>

#include "proxy/base/utf8.h"
#include "proxy/cel/function.h"
#include "proxy/cel/number_text.h"
#include "proxy/cel/time_text.h"

// From one kind to another.
namespace orrery::cel {

namespace {

using Style = Function::Style;

template <class T>
const T* whatIs(const Value& value) {
  return std::get_if<T>(&value);
}

template <class T>
Value orError(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

Value toInt(Arguments args, Scratch&) {
  const Value& from = args[0];
  if (const auto* truth = whatIs<bool>(from)) return static_cast<int64_t>(*truth);
  if (whatIs<int64_t>(from)) return from;
  if (const auto* number = whatIs<uint64_t>(from)) {
    return *number <= uint64_t{INT64_MAX} ? Value(static_cast<int64_t>(*number)) : Value();
  }
  if (const auto* number = whatIs<double>(from)) {
    const bool fits = *number > -9223372036854775808.0 && *number < 9223372036854775808.0;
    return fits ? Value(static_cast<int64_t>(*number)) : Value();
  }
  if (const auto* text = whatIs<Text>(from)) return orError(parseWhole<int64_t>(text->is));
  if (const auto* moment = whatIs<Moment>(from)) return wholeSeconds(*moment);
  return {};
}

Value toUint(Arguments args, Scratch&) {
  const Value& from = args[0];
  if (whatIs<uint64_t>(from)) return from;
  if (const auto* number = whatIs<int64_t>(from)) {
    return *number >= 0 ? Value(static_cast<uint64_t>(*number)) : Value();
  }
  if (const auto* number = whatIs<double>(from)) {
    const bool fits = *number >= 0 && *number < 18446744073709551616.0;
    return fits ? Value(static_cast<uint64_t>(*number)) : Value();
  }
  if (const auto* text = whatIs<Text>(from)) return orError(parseWhole<uint64_t>(text->is));
  return {};
}

Value toDouble(Arguments args, Scratch&) {
  const Value& from = args[0];
  if (whatIs<double>(from)) return from;
  if (const auto* number = whatIs<int64_t>(from)) return static_cast<double>(*number);
  if (const auto* number = whatIs<uint64_t>(from)) return static_cast<double>(*number);
  if (const auto* text = whatIs<Text>(from)) return orError(parseDouble(text->is));
  return {};
}

Value toBool(Arguments args, Scratch&) {
  if (whatIs<bool>(args[0])) return args[0];
  const auto* text = whatIs<Text>(args[0]);
  if (text == nullptr) return {};
  for (const std::string_view yes : {"1", "t", "true", "TRUE", "True"}) {
    if (text->is == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "false", "FALSE", "False"}) {
    if (text->is == no) return false;
  }
  return {};
}

Value toBytes(Arguments args, Scratch&) {
  if (whatIs<Bytes>(args[0])) return args[0];
  const auto* text = whatIs<Text>(args[0]);
  return text != nullptr ? Value(Bytes{text->is}) : Value();
}

Value toString(Arguments args, Scratch& scratch) {
  const Value& from = args[0];
  if (whatIs<Text>(from)) return from;
  if (const auto* bytes = whatIs<Bytes>(from)) return isUtf8(bytes->is) ? Value(Text{bytes->is}) : Value();
  if (const auto* truth = whatIs<bool>(from)) return Text{*truth ? "true" : "false"};
  if (const auto* number = whatIs<int64_t>(from)) return scratch.text(std::to_string(*number));
  if (const auto* number = whatIs<uint64_t>(from)) return scratch.text(std::to_string(*number));
  if (const auto* number = whatIs<double>(from)) return scratch.text(numberText(*number));
  if (const auto* span = whatIs<Span>(from)) return scratch.text(toText(*span));
  const auto* moment = whatIs<Moment>(from);
  auto text = moment != nullptr ? toText(*moment) : std::nullopt;
  return text ? scratch.text(std::move(*text)) : Value();
}

Value toSpan(Arguments args, Scratch&) {
  if (whatIs<Span>(args[0])) return args[0];
  const auto* text = whatIs<Text>(args[0]);
  return text != nullptr ? orError(parseSpan(text->is)) : Value();
}

Value toMoment(Arguments args, Scratch&) {
  if (whatIs<Moment>(args[0])) return args[0];
  if (const auto* seconds = whatIs<int64_t>(args[0])) return Moment{Wide{*seconds} * kSecond};
  const auto* text = whatIs<Text>(args[0]);
  return text != nullptr ? orError(parseMoment(text->is)) : Value();
}

constexpr Function kConversions[] = {
    {"int", Style::kPlain, 1, toInt},       {"uint", Style::kPlain, 1, toUint},
    {"double", Style::kPlain, 1, toDouble}, {"bool", Style::kPlain, 1, toBool},
    {"bytes", Style::kPlain, 1, toBytes},   {"string", Style::kPlain, 1, toString, Function::Needs::kStringConversion},
    {"duration", Style::kPlain, 1, toSpan}, {"timestamp", Style::kPlain, 1, toMoment},
};

}  // namespace

std::span<const Function> conversionFunctions() { return kConversions; }

}  // namespace orrery::cel
