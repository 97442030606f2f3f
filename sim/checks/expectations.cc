#include "sim/checks/expectations.h"

#include <algorithm>
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

// Which orders hold; both of `less` and `greater` within the tolerance, and equal then too.
struct Order {
  bool less = false;
  bool equal = false;
  bool greater = false;
};

template <class T>
Order orderOf(const T& a, const T& b) {
  return {a < b, a == b, b < a};
}
Order orderOf(Duration a, Duration b, Duration tolerance) {
  if (a == kNeverCame || b == kNeverCame || tolerance.isZero()) return orderOf(a, b);
  const Duration apart = a < b ? b - a : a - b;
  if (apart <= tolerance) return {true, true, true};
  return orderOf(a, b);
}
Order orderOf(const Value& a, const Value& b, Duration tolerance) {
  const auto* x = std::get_if<Duration>(&a);
  const auto* y = std::get_if<Duration>(&b);
  return x != nullptr && y != nullptr ? orderOf(*x, *y, tolerance) : orderOf(a, b);
}

// Nothing if the text is of another type.
std::optional<Order> compare(const Value& value, const std::string& text, Duration tolerance) {
  if (const auto* n = std::get_if<uint64_t>(&value)) {
    const auto other = number(text);
    if (!other) return std::nullopt;
    return orderOf(*n, *other);
  }
  if (const auto* d = std::get_if<Duration>(&value)) {
    const auto other = duration(text);
    if (!other) return std::nullopt;
    return orderOf(*d, *other, tolerance);
  }
  if (const auto* b = std::get_if<bool>(&value)) return orderOf(*b ? 1 : 0, text == "true" ? 1 : 0);
  return orderOf(std::string_view(std::get<std::string>(value)), std::string_view(text));
}

// The right side as a value of the run, if it names one of the same type.
std::optional<Value> valueNamed(const std::string& text, const Value& like, const ValueSource& source) {
  if (text.find('.') == std::string::npos) return std::nullopt;
  auto other = source.value(text);
  if (other && other->index() != like.index()) return std::nullopt;
  return other;
}

bool compares(const Expectation& e, const Value& value, const ValueSource& source, Duration tolerance) {
  using Op = Expectation::Op;
  // Of another type: nothing holds.
  const auto order = [&](const std::string& text) {
    const auto other = valueNamed(text, value, source);
    return other ? orderOf(value, *other, tolerance) : compare(value, text, tolerance).value_or(Order{});
  };
  const auto atLeast = [&](const std::string& text) {
    const Order o = order(text);
    return o.greater || o.equal;
  };
  const auto atMost = [&](const std::string& text) {
    const Order o = order(text);
    return o.less || o.equal;
  };
  switch (e.op) {
    case Op::kTrue: return std::holds_alternative<bool>(value) && std::get<bool>(value);
    case Op::kEqual: return order(e.to[0]).equal;
    case Op::kNotEqual: {
      const Order o = order(e.to[0]);
      return o.less || o.greater;
    }
    case Op::kLess: return order(e.to[0]).less;
    case Op::kLessEqual: return atMost(e.to[0]);
    case Op::kGreater: return order(e.to[0]).greater;
    case Op::kGreaterEqual: return atLeast(e.to[0]);
    case Op::kIn: return std::any_of(e.to.begin(), e.to.end(), [&](const std::string& t) { return order(t).equal; });
    case Op::kWithin: return atLeast(e.to[0]) && atMost(e.to[1]);
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

Evaluation evaluate(const Expectation& e, const ValueSource& source, Duration tolerance) {
  using Kind = Expectation::Kind;
  switch (e.kind) {
    case Kind::kCompare: {
      const auto value = source.value(e.value);
      if (!value) return {false, e.value + " is not known", source.observable(e.value)};
      std::string why = e.value + " is " + valueText(*value);
      for (const std::string& to : e.to) {
        if (const auto other = valueNamed(to, *value, source)) why += ", " + to + " is " + valueText(*other);
      }
      return {compares(e, *value, source, tolerance), std::move(why)};
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
        return {longest <= e.within + tolerance, "the longest request took " + valueText(longest)};
      }
      const auto took = source.value(e.request + ".took");
      if (!took) return {false, e.request + ".took is not known"};
      return {std::get<Duration>(*took) <= e.within + tolerance, e.request + ".took is " + valueText(*took)};
    }
    case Kind::kNeverTwice: return {!source.atMostOnceBroken(), "by check at-most-once"};
    case Kind::kIfThen: {
      const Evaluation condition = evaluate(e.operands[0], source, tolerance);
      if (!condition.judged) return condition;
      if (!condition.holds) return {true, condition.why};
      const Evaluation then = evaluate(e.operands[1], source, tolerance);
      return {then.holds, joined(condition.why, then.why), then.judged};
    }
    case Kind::kAll:
    case Kind::kAny: {
      const bool all = e.kind == Kind::kAll;
      std::string whys;
      bool judged = true;
      for (const Expectation& o : e.operands) {
        const Evaluation one = evaluate(o, source, tolerance);
        if (one.judged && one.holds != all) return {one.holds, one.why};  // this one decides
        judged = judged && one.judged;
        whys = joined(whys, one.why);
      }
      return {all, whys, judged};
    }
    case Kind::kNot: {
      const Evaluation one = evaluate(e.operands[0], source, tolerance);
      return {!one.holds, one.why, one.judged};
    }
  }
  return {};
}

void judgeClaims(std::span<const Expectation> claims, std::string_view check, const ValueSource& source,
                 Duration tolerance, TimePoint at, Findings& findings) {
  for (const Expectation& e : claims) {
    const Evaluation one = evaluate(e, source, tolerance);
    if (!one.judged) {
      findings.unjudged(check, "`" + e.text + "`: " + one.why);
    } else if (!one.holds) {
      findings.broken(check, "", at, "`" + e.text + "` does not hold: " + one.why);
    }
  }
}

}  // namespace orrery::sim
