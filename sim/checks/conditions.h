#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/step.h"

namespace re2 {
class RE2;
}

// What routes ask of requests, as plain data, and whether a request fulfils it: Envoy's documentation (route_components.proto,
// string.proto) read once more, independently of proxy/match and proxy/route.
namespace orrery::sim {

// Chance, what the proxy itself makes of a request, and corners of syntax are not known here.
enum class Fulfilled : uint8_t { kNo, kYes, kUnknown };

inline Fulfilled fulfilledIf(bool holds) { return holds ? Fulfilled::kYes : Fulfilled::kNo; }

// A condition on a text.
struct TextFact {
  enum class Kind : uint8_t { kExact, kPrefix, kSuffix, kContains, kRegex };
  Kind kind = Kind::kExact;
  std::string value;
  bool ignoreCase = false;
  std::shared_ptr<const re2::RE2> regex;  // kRegex: the whole text must match; null: it is no expression

  static TextFact ofRegex(const std::string& expression);
};
Fulfilled fulfils(const TextFact& fact, std::string_view text);

// A condition on a header field (":method", ":path" too).
struct HeaderFact {
  enum class Kind : uint8_t { kPresent, kText, kRange };
  std::string name;  // lower case
  Kind kind = Kind::kPresent;
  TextFact text;
  int64_t rangeStart = 0;  // kRange: [start, end)
  int64_t rangeEnd = 0;
  bool invert = false;
  bool missingIsEmpty = false;
};

// Of a query parameter, or of a cookie.
struct NamedFact {
  std::string name;
  std::optional<TextFact> text;  // unset: only whether it is there
  bool present = true;           // without text: whether it must be
  bool invert = false;
};

struct ConditionFacts {
  std::vector<HeaderFact> headers;
  std::vector<NamedFact> query;
  std::vector<NamedFact> cookies;
  bool grpc = false;
  // Of all requests so many take the route; unset: all.
  struct Chance {
    uint64_t of = 100;
    uint64_t take = 100;
    bool known = true;  // false: what counts may be changed while the proxy runs
  };
  std::optional<Chance> chance;
};

// `headsAsSent`: nothing changes heads before routes are asked.
Fulfilled fulfils(const ConditionFacts& facts, const RequestStep& step, bool headsAsSent);

// Whether it says that it is gRPC: content-type application/grpc, application/grpc+proto.
Fulfilled isGrpc(const RequestStep& step);

std::string lowered(std::string_view text);
// The host that a request asks for: `authority` unless the step says one of its own. Lower case.
std::string hostOf(const RequestStep& step, std::string_view authority);

}  // namespace orrery::sim
