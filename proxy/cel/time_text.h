#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/cel/value.h"

namespace orrery::cel {

constexpr Wide kSecond = 1'000'000'000;

// "1h30m", "-1.5s", "0". Nothing: it is none, or more than 10,000 years. What is less than a nanosecond is cut off.
std::optional<Span> parseSpan(std::string_view text);
// "2020-01-31T08:30:00.5+01:00": a date and a time with its zone (RFC 3339, read as generously as Envoy does).
std::optional<Moment> parseMoment(std::string_view text);
// "+02:00", "-2:30", "02:00", and "UTC" by its names: seconds ahead of it. Nothing: another name, or none at all.
std::optional<int64_t> parseZone(std::string_view text);

// With three, six or nine digits behind the point, or none: "1.500s", "2020-01-31T08:30:00Z". Nothing: outside of years 1 to 9999.
std::string toText(Span span);
std::optional<std::string> toText(Moment moment);

// A moment in the Gregorian calendar.
struct Calendar {
  int64_t year = 1970;
  int64_t month = 0;  // 0: January
  int64_t day = 0;    // of the month, from 0
  int64_t yearDay = 0;
  int64_t weekDay = 0;  // 0: Sunday
  int64_t second = 0;   // of the day
  int64_t nanosecond = 0;
};
Calendar calendarOf(Moment moment);

}  // namespace orrery::cel
