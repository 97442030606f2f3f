#include "proxy/http/date_header.h"

namespace orrery::http {

namespace {

void twoDigits(char* at, int64_t n) {
  at[0] = static_cast<char>('0' + n / 10);
  at[1] = static_cast<char>('0' + n % 10);
}

int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::string_view DateHeader::at(WallTime now) {
  const int64_t second = floorDiv(now.unixNanoseconds(), 1'000'000'000);
  if (second == second_) return {text_, kSize};
  second_ = second;
  const int64_t days = floorDiv(second, 86400);
  const int64_t inDay = second - days * 86400;
  // Civil date from days since 1970-01-01 (the proleptic Gregorian calendar counted from March 0000).
  const int64_t z = days + 719468;
  const int64_t era = floorDiv(z, 146097);
  const int64_t dayOfEra = z - era * 146097;
  const int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const int64_t shifted = (5 * dayOfYear + 2) / 153;
  const int64_t day = dayOfYear - (153 * shifted + 2) / 5 + 1;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const int64_t weekday = ((days + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  static constexpr char kDays[] = "SunMonTueWedThuFriSat";
  static constexpr char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char* t = text_;
  for (int i = 0; i < 3; ++i) t[i] = kDays[weekday * 3 + i];
  t[3] = ',';
  t[4] = t[7] = t[11] = t[16] = t[25] = ' ';
  twoDigits(t + 5, day);
  for (int i = 0; i < 3; ++i) t[8 + i] = kMonths[(month - 1) * 3 + i];
  twoDigits(t + 12, year / 100 % 100);
  twoDigits(t + 14, year % 100);
  twoDigits(t + 17, inDay / 3600);
  t[19] = t[22] = ':';
  twoDigits(t + 20, inDay / 60 % 60);
  twoDigits(t + 23, inDay % 60);
  t[26] = 'G';
  t[27] = 'M';
  t[28] = 'T';
  return {text_, kSize};
}

}  // namespace orrery::http
