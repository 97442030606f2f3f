#pragma once

#include <cstdint>

#include "proxy/base/time.h"

namespace orrery::format {

// An instant in the proleptic Gregorian calendar, UTC. Computed by integers only: no locale, no time zone, no libc.
struct CivilTime {
  int64_t year = 1970;
  unsigned month = 1;  // 1..12
  unsigned day = 1;    // 1..31
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  uint32_t nanosecond = 0;
  unsigned weekday = 4;  // 0: Sunday
  unsigned yearDay = 0;  // 0: 1 January
  int64_t unixSeconds = 0;
};

CivilTime civilTimeOf(WallTime t);

// ISO 8601 week: number 1..53 and the year it belongs to.
struct IsoWeek {
  int64_t year;
  unsigned week;
};
IsoWeek isoWeekOf(const CivilTime& t);

}  // namespace orrery::format
