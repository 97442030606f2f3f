#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "proxy/base/time.h"
#include "sim/checks/broken.h"
#include "sim/scenario/expectation.h"

namespace orrery::sim {

// What an expectation's value is at the end of a run. An instant that never came is TimePoint::max() as a duration.
using Value = std::variant<uint64_t, Duration, std::string, bool>;

// Where values come from: the world, after the run.
class ValueSource {
 public:
  // "second.status", "origin.connections", "stats.http.edge.downstream_rq_total"; the error says why there is no such value.
  virtual std::optional<Value> value(std::string_view name) const = 0;
  // False: it may have a value, which cannot be seen from here (real sockets).
  virtual bool observable(std::string_view /*name*/) const { return true; }
  virtual uint64_t requestsSeenBy(std::string_view host) const = 0;
  virtual uint64_t requestSeenBy(std::string_view host, std::string_view request) const = 0;
  virtual uint64_t mostForOneRequestAt(std::string_view host) const = 0;
  // Of all, for its client.
  virtual Duration longestRequest() const = 0;
  virtual bool atMostOnceBroken() const = 0;

 protected:
  ~ValueSource() = default;
};

// Whether it holds; `why` then or otherwise tells the values that decided: "second.status is 503".
struct Evaluation {
  bool holds = false;
  std::string why;
  bool judged = true;  // false: what decides cannot be observed; `why` names it, `holds` says nothing
};
// Durations are compared within `tolerance`: on real machines nothing happens at its instant.
Evaluation evaluate(const Expectation& expectation, const ValueSource& source, Duration tolerance = Duration());

// Judges each of a list, and tells what does not hold, or cannot be judged, as `check` at the instant `at`.
void judgeClaims(std::span<const Expectation> claims, std::string_view check, const ValueSource& source,
                 Duration tolerance, TimePoint at, Findings& findings);

std::string valueText(const Value& value);

}  // namespace orrery::sim
