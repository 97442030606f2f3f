#include "sim/checks/expectations.h"

#include <charconv>

namespace orrery::sim {

namespace {

constexpr Duration kNeverCame = Duration::max();

std::string seconds(Duration d) {
  if (d == kNeverCame) return "never";
  const int64_t ns = d.inNanoseconds();
  std::string fraction = std::to_string(ns % 1'000'000'000 + 1'000'000'000).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return std::to_string(ns / 1'000'000'000) + (fraction.empty() ? "" : "." + fraction) + "s";
}

std::optional<uint64_t> number(std::string_view text) {
  uint64_t unit = 1;
  if (text.ends_with("KiB")) unit = 1u << 10;
  if (text.ends_with("MiB")) unit = 1u << 20;
  if (unit != 1) text.remove_suffix(3);
  uint64_t n = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  if (r.ec != std::errc{} || r.ptr != text.data() + text.size()) return std::nullopt;
  return n * unit;
}

// Durations as sim/script accepted them: digits, perhaps a fraction, a unit.
std::optional<Duration> duration(std::string_view text) {
  if (text == "never") return kNeverCame;
  struct Unit {
    std::string_view name;
    int64_t ns;
  };
  static constexpr Unit kUnits[] = {{"ms", 1'000'000},    {"us", 1'000},         {"ns", 1},
                                    {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    text.remove_suffix(unit.name.size());
    const size_t dot = text.find('.');
    const auto whole = number(text.substr(0, dot));
    if (!whole) return std::nullopt;
    int64_t ns = static_cast<int64_t>(*whole) * unit.ns;
    if (dot != std::string_view::npos) {
      int64_t place = unit.ns;
      for (const char c : text.substr(dot + 1)) {
        place /= 10;
        ns += (c - '0') * place;
      }
    }
    return Duration::nanoseconds(ns);
  }
  return std::nullopt;
}

// -1, 0, 1; nothing if the text is of another type.
std::optional<int> compare(const Value& value, const std::string& text) {
  const auto order = [](auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; };
  if (const auto* n = std::get_if<uint64_t>(&value)) {
    const auto other = number(text);
    if (!other) return std::nullopt;
    return order(*n, *other);
  }
  if (const auto* d = std::get_if<Duration>(&value)) {
    const auto other = duration(text);
    if (!other) return std::nullopt;
    return order(*d, *other);
  }
  if (const auto* b = std::get_if<bool>(&value)) return order(*b ? 1 : 0, text == "true" ? 1 : 0);
  return order(std::string_view(std::get<std::string>(value)), std::string_view(text));
}

// The right side as a value of the run, if it names one of the same type.
std::optional<Value> valueNamed(const std::string& text, const Value& like, const ValueSource& source) {
  if (text.find('.') == std::string::npos) return std::nullopt;
  auto other = source.value(text);
  if (other && other->index() != like.index()) return std::nullopt;
  return other;
}

bool compares(const Expectation& e, const Value& value, const ValueSource& source) {
  using Op = Expectation::Op;
  const auto order = [&](const std::string& text) -> std::optional<int> {
    const auto other = valueNamed(text, value, source);
    if (!other) return compare(value, text);
    return value < *other ? -1 : *other < value ? 1 : 0;
  };
  const auto is = [&](const std::string& text, int wanted) { return order(text) == wanted; };
  const auto isOr = [&](const std::string& text, int a, int b) {
    const auto c = order(text);
    return c == a || c == b;
  };
  switch (e.op) {
    case Op::kTrue: return std::holds_alternative<bool>(value) && std::get<bool>(value);
    case Op::kEqual: return is(e.to[0], 0);
    case Op::kNotEqual: return isOr(e.to[0], -1, 1);
    case Op::kLess: return is(e.to[0], -1);
    case Op::kLessEqual: return isOr(e.to[0], -1, 0);
    case Op::kGreater: return is(e.to[0], 1);
    case Op::kGreaterEqual: return isOr(e.to[0], 1, 0);
    case Op::kIn:
      for (const std::string& t : e.to) {
        if (is(t, 0)) return true;
      }
      return false;
    case Op::kWithin: return isOr(e.to[0], 1, 0) && isOr(e.to[1], -1, 0);
    case Op::kContains:
      return std::holds_alternative<std::string>(value) &&
             std::get<std::string>(value).find(e.to[0]) != std::string::npos;
  }
  return false;
}

std::string joined(const std::string& a, const std::string& b) { return a.empty() ? b : b.empty() ? a : a + ", " + b; }

}  // namespace

std::string valueText(const Value& value) {
  if (const auto* n = std::get_if<uint64_t>(&value)) return std::to_string(*n);
  if (const auto* d = std::get_if<Duration>(&value)) return seconds(*d);
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  const std::string& text = std::get<std::string>(value);
  constexpr size_t kShown = 100;
  return '"' + (text.size() > kShown ? text.substr(0, kShown) + "..." : text) + '"';
}

Evaluation evaluate(const Expectation& e, const ValueSource& source) {
  using Kind = Expectation::Kind;
  switch (e.kind) {
    case Kind::kCompare: {
      const auto value = source.value(e.value);
      if (!value) return {false, e.value + " is not known"};
      std::string why = e.value + " is " + valueText(*value);
      for (const std::string& to : e.to) {
        if (const auto other = valueNamed(to, *value, source)) why += ", " + to + " is " + valueText(*other);
      }
      return {compares(e, *value, source), std::move(why)};
    }
    case Kind::kSaw: {
      if (e.times == Expectation::Times::kAtMostOnceEach) {
        const uint64_t most = source.mostForOneRequestAt(e.host);
        return {most <= 1, e.host + " saw a request " + std::to_string(most) + " times"};
      }
      const uint64_t seen = e.request.empty() ? source.requestsSeenBy(e.host) : source.requestSeenBy(e.host, e.request);
      return {seen == e.count, e.host + " saw " +
                                   (e.request.empty() ? std::to_string(seen) + " requests"
                                                      : e.request + " " + std::to_string(seen) + " times")};
    }
    case Kind::kEndsWithin: {
      if (e.request.empty()) {
        const Duration longest = source.longestRequest();
        return {longest <= e.within, "the longest request took " + valueText(longest)};
      }
      const auto took = source.value(e.request + ".took");
      if (!took) return {false, e.request + ".took is not known"};
      return {std::get<Duration>(*took) <= e.within, e.request + ".took is " + valueText(*took)};
    }
    case Kind::kNeverTwice: return {!source.atMostOnceBroken(), "by check at-most-once"};
    case Kind::kIfThen: {
      const Evaluation condition = evaluate(e.operands[0], source);
      if (!condition.holds) return {true, condition.why};
      const Evaluation then = evaluate(e.operands[1], source);
      return {then.holds, joined(condition.why, then.why)};
    }
    case Kind::kAll:
    case Kind::kAny: {
      const bool all = e.kind == Kind::kAll;
      std::string whys;
      for (const Expectation& o : e.operands) {
        const Evaluation one = evaluate(o, source);
        if (one.holds != all) return {one.holds, one.why};  // this one decides
        whys = joined(whys, one.why);
      }
      return {all, whys};
    }
    case Kind::kNot: {
      const Evaluation one = evaluate(e.operands[0], source);
      return {!one.holds, one.why};
    }
  }
  return {};
}

}  // namespace orrery::sim
