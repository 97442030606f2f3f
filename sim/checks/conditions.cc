#include "sim/checks/conditions.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace orrery::sim {

namespace {

Fulfilled opposite(Fulfilled f) {
  return f == Fulfilled::kUnknown ? f : f == Fulfilled::kYes ? Fulfilled::kNo : Fulfilled::kYes;
}

// Fields that the connection manager sets, removes or takes for itself before routes are asked.
bool isOfTheProxy(std::string_view name) {
  constexpr std::array kPrefixes = {"x-forwarded-", "x-envoy-", "x-request-id", "x-client-trace-id", "proxy-"};
  constexpr std::array kNames = {"connection",     "keep-alive", "te",         "trailer", "transfer-encoding",
                                 "upgrade",        "expect",     "user-agent", "via",     "forwarded",
                                 "content-length", ":scheme",    ":authority", "host",    "x-real-ip"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view p) { return name.starts_with(p); }) ||
         std::any_of(kNames.begin(), kNames.end(), [&](std::string_view n) { return name == n; });
}

// Values of a field joined with ',' as Envoy compares them; nothing if it is absent.
std::optional<std::string> fieldOf(const RequestStep& step, std::string_view name) {
  if (name == ":method") return step.method;
  if (name == ":path") return step.path;
  std::optional<std::string> found;
  for (const HeaderField& h : step.headers) {
    if (lowered(h.name) == name) found = found ? *found + "," + h.value : h.value;
  }
  return found;
}

bool inRange(std::string_view text, int64_t start, int64_t end) {
  int64_t n = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  return r.ec == std::errc{} && r.ptr == text.data() + text.size() && n >= start && n < end;
}

Fulfilled fulfils(const HeaderFact& fact, const RequestStep& step, bool headsAsSent) {
  if (!headsAsSent || isOfTheProxy(fact.name)) return Fulfilled::kUnknown;
  const auto value = fieldOf(step, fact.name);
  // White space around a value is the parser's affair.
  if (value && (value->starts_with(' ') || value->ends_with(' ') || value->find('\t') != std::string::npos))
    return Fulfilled::kUnknown;
  Fulfilled f = Fulfilled::kNo;
  if (fact.kind == HeaderFact::Kind::kPresent) {
    f = fulfilledIf(value.has_value() || fact.missingIsEmpty);
  } else if (!value && !fact.missingIsEmpty) {
    return Fulfilled::kNo;  // inverted or not (seen at Envoy 1.40)
  } else if (fact.kind == HeaderFact::Kind::kRange) {
    f = fulfilledIf(inRange(value.value_or(""), fact.rangeStart, fact.rangeEnd));
  } else {
    f = sim::fulfils(fact.text, value.value_or(""));
  }
  return fact.invert ? opposite(f) : f;
}

// The value of "name=value" in a list, or nothing. `twice`: there is more than one of that name.
std::optional<std::string> valueIn(std::string_view list, char separator, std::string_view name, bool& twice) {
  std::optional<std::string> found;
  while (!list.empty()) {
    const size_t end = list.find(separator);
    std::string_view item = list.substr(0, end);
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    while (separator == ';' && item.starts_with(' ')) item.remove_prefix(1);
    const size_t equals = item.find('=');
    if (item.substr(0, equals) != name) continue;
    twice = twice || found.has_value();
    found = equals == std::string_view::npos ? "" : std::string(item.substr(equals + 1));
  }
  return found;
}

Fulfilled fulfils(const NamedFact& fact, const std::optional<std::string>& value) {
  Fulfilled f = Fulfilled::kNo;
  if (!fact.text) {
    f = fulfilledIf(value.has_value() == fact.present);
  } else if (value) {
    f = sim::fulfils(*fact.text, *value);
  }
  return fact.invert ? opposite(f) : f;
}

Fulfilled fulfilsQuery(const NamedFact& fact, std::string_view path) {
  const size_t mark = path.find('?');
  std::string_view query = mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1);
  if (path.find('#') != std::string_view::npos || query.find('%') != std::string_view::npos) return Fulfilled::kUnknown;
  bool twice = false;
  const auto value = valueIn(query, '&', fact.name, twice);
  return twice ? Fulfilled::kUnknown : fulfils(fact, value);
}

Fulfilled fulfilsCookie(const NamedFact& fact, const RequestStep& step) {
  std::optional<std::string> value;
  bool odd = false;
  for (const HeaderField& h : step.headers) {
    if (lowered(h.name) != "cookie") continue;
    odd = odd || h.value.find('"') != std::string::npos || h.value.find('\t') != std::string::npos;
    const auto here = valueIn(h.value, ';', fact.name, odd);
    odd = odd || (here && (value || here->ends_with(' ') || here->starts_with(' ')));
    if (here) value = here;
  }
  return odd ? Fulfilled::kUnknown : fulfils(fact, value);
}

Fulfilled fulfils(const ConditionFacts::Chance& chance) {
  if (!chance.known) return Fulfilled::kUnknown;
  if (chance.take == 0) return Fulfilled::kNo;
  return chance.take >= chance.of ? Fulfilled::kYes : Fulfilled::kUnknown;
}

}  // namespace

std::string lowered(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string hostOf(const RequestStep& step, std::string_view authority) {
  return lowered(fieldOf(step, "host").value_or(std::string(authority)));
}

Fulfilled isGrpc(const RequestStep& step) {
  constexpr std::string_view kType = "application/grpc";
  const auto type = fieldOf(step, "content-type");
  if (!type || !lowered(*type).starts_with(kType)) return Fulfilled::kNo;
  if (*type == kType || type->starts_with(std::string(kType) + "+")) return Fulfilled::kYes;
  return Fulfilled::kUnknown;
}

TextFact TextFact::ofRegex(const std::string& expression) {
  TextFact f;
  f.kind = Kind::kRegex;
  f.value = expression;
  auto regex = std::make_shared<re2::RE2>(expression, re2::RE2::Quiet);
  if (regex->ok()) f.regex = std::move(regex);
  return f;
}

Fulfilled fulfils(const TextFact& fact, std::string_view text) {
  if (fact.kind == TextFact::Kind::kRegex)
    return fact.regex == nullptr ? Fulfilled::kUnknown
                                 : fulfilledIf(re2::RE2::FullMatch({text.data(), text.size()}, *fact.regex));
  std::string has(text), wanted = fact.value;
  if (fact.ignoreCase) {
    has = lowered(has);
    wanted = lowered(wanted);
  }
  switch (fact.kind) {
    case TextFact::Kind::kExact: return fulfilledIf(has == wanted);
    case TextFact::Kind::kPrefix: return fulfilledIf(has.starts_with(wanted));
    case TextFact::Kind::kSuffix: return fulfilledIf(has.ends_with(wanted));
    case TextFact::Kind::kContains: return fulfilledIf(has.find(wanted) != std::string::npos);
    case TextFact::Kind::kRegex: break;
  }
  return Fulfilled::kUnknown;
}

Fulfilled fulfils(const ConditionFacts& facts, const RequestStep& step, bool headsAsSent) {
  Fulfilled all = Fulfilled::kYes;
  const auto with = [&](Fulfilled f) {
    if (f == Fulfilled::kNo || all == Fulfilled::kNo) {
      all = Fulfilled::kNo;
    } else if (f == Fulfilled::kUnknown) {
      all = Fulfilled::kUnknown;
    }
  };
  for (const HeaderFact& h : facts.headers) with(fulfils(h, step, headsAsSent));
  for (const NamedFact& q : facts.query) with(fulfilsQuery(q, step.path));
  for (const NamedFact& c : facts.cookies) with(headsAsSent ? fulfilsCookie(c, step) : Fulfilled::kUnknown);
  if (facts.grpc) with(headsAsSent ? isGrpc(step) : Fulfilled::kUnknown);
  if (facts.chance) with(fulfils(*facts.chance));
  return all;
}

}  // namespace orrery::sim
