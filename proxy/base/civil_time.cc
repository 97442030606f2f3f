#include "proxy/base/civil_time.h"

namespace orrery {
namespace {

constexpr int64_t kDaysPerEra = 146'097;       // 400 years
constexpr int64_t kEpochFromMarch0 = 719'468;  // 0000-03-01 to 1970-01-01

constexpr bool isLeap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

constexpr int64_t floorRemainder(int64_t a, int64_t b) { return (a % b + b) % b; }

}  // namespace

// Years are counted from 1 March, so that the leap day is the last day of a year; months from March then have lengths that
// repeat by (153 m + 2) / 5.
CivilTime civilTimeOf(int64_t unixSeconds, uint32_t nanosecond) {
  CivilTime c;
  c.unixSeconds = unixSeconds;
  c.nanosecond = nanosecond;
  const int64_t days = floorDivide(c.unixSeconds, 86'400);
  const auto secondOfDay = static_cast<unsigned>(floorRemainder(c.unixSeconds, 86'400));
  c.hour = secondOfDay / 3600;
  c.minute = secondOfDay / 60 % 60;
  c.second = secondOfDay % 60;
  c.weekday = static_cast<unsigned>(floorRemainder(days + 4, 7));

  const int64_t fromMarch0 = days + kEpochFromMarch0;
  const int64_t era = floorDivide(fromMarch0, kDaysPerEra);
  const int64_t dayOfEra = fromMarch0 - era * kDaysPerEra;
  const int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const int64_t dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const int64_t monthFromMarch = (5 * dayFromMarch + 2) / 153;
  c.day = static_cast<unsigned>(dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1);
  c.month = static_cast<unsigned>(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
  c.year = yearOfEra + era * 400 + (c.month <= 2 ? 1 : 0);
  const int64_t yearDay = dayFromMarch + (c.month > 2 ? 59 + (isLeap(c.year) ? 1 : 0) : -306);
  c.yearDay = static_cast<unsigned>(yearDay);
  return c;
}

CivilTime civilTimeOf(WallTime t) {
  constexpr int64_t kSecond = 1'000'000'000;
  return civilTimeOf(floorDivide(t.unixNanoseconds(), kSecond),
                     static_cast<uint32_t>(floorRemainder(t.unixNanoseconds(), kSecond)));
}

unsigned daysOfMonth(int64_t year, unsigned month) {
  if (month == 2) return isLeap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int64_t unixDaysOf(int64_t year, unsigned month, unsigned day) {
  const int64_t fromMarch = year - (month <= 2 ? 1 : 0);
  const int64_t era = floorDivide(fromMarch, 400);
  const int64_t yearOfEra = fromMarch - era * 400;
  const unsigned monthFromMarch = month > 2 ? month - 3 : month + 9;
  const int64_t dayOfEra = 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + (153 * monthFromMarch + 2) / 5 + day - 1;
  return era * kDaysPerEra + dayOfEra - kEpochFromMarch0;
}

IsoWeek isoWeekOf(const CivilTime& t) {
  const unsigned fromMonday = (t.weekday + 6) % 7;
  // The week belongs to the year of its Thursday.
  const int64_t thursday = static_cast<int64_t>(t.yearDay) - fromMonday + 3;
  const int64_t length = isLeap(t.year) ? 366 : 365;
  if (thursday < 0) {
    const int64_t before = isLeap(t.year - 1) ? 366 : 365;
    return {t.year - 1, static_cast<unsigned>((thursday + before) / 7 + 1)};
  }
  if (thursday >= length) return {t.year + 1, 1};
  return {t.year, static_cast<unsigned>(thursday / 7 + 1)};
}

}  // namespace orrery
