#pragma once

#include <cstdint>

#include "proxy/base/time.h"

namespace orrery {

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

CivilTime civilTimeOf(int64_t unixSeconds, uint32_t nanosecond = 0);
CivilTime civilTimeOf(WallTime t);
// `month` 1..12.
unsigned daysOfMonth(int64_t year, unsigned month);
// Days from 1970-01-01. Bounds: years of twelve digits at most.
int64_t unixDaysOf(int64_t year, unsigned month, unsigned day);

// ISO 8601 week: number 1..53 and the year it belongs to.
struct IsoWeek {
  int64_t year;
  unsigned week;
};
IsoWeek isoWeekOf(const CivilTime& t);

}  // namespace orrery
