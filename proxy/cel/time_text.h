#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/civil_time.h"
#include "proxy/cel/value.h"

namespace orrery::cel {

constexpr Wide kSecond = 1'000'000'000;
// What is further away is an error: far behind any date, and its seconds are a whole number still.
constexpr Wide kMostTime = Wide{INT64_MAX} * kSecond;

// "1h30m", "-1.5s", "0". Nothing: it is none, or more than 10,000 years. What is less than a nanosecond is cut off.
std::optional<Span> parseSpan(std::string_view text);
// "2020-01-31T08:30:00.5+01:00": a date and a time with its zone (RFC 3339, read as generously as Envoy does).
std::optional<Moment> parseMoment(std::string_view text);
// "+02:00", "-2:30", "02:00", and "UTC" by its names: seconds ahead of it. Nothing: another name, or none at all.
std::optional<int64_t> parseZone(std::string_view text);

// With three, six or nine digits behind the point, or none: "1.500s", "2020-01-31T08:30:00Z". Nothing: outside of years 1 to 9999.
std::string toText(Span span);
std::optional<std::string> toText(Moment moment);

// Those that have gone by, of one of kMostTime at most.
int64_t wholeSeconds(Moment moment);
CivilTime civilTimeOf(Moment moment);

}  // namespace orrery::cel
