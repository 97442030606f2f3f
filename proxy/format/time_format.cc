#include "proxy/format/time_format.h"

#include <cstdint>

#include "proxy/base/civil_time.h"

namespace orrery::format {
namespace {

// Directives that stand for others.
constexpr std::string_view expansionOf(char directive) {
  switch (directive) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'r': return "%I:%M:%S %p";
    case 'R': return "%H:%M";
    case 'T':
    case 'X': return "%H:%M:%S";
    default: return {};
  }
}
constexpr char kColonOffset = ':';  // what %Ez becomes
constexpr std::string_view kSimple = "aAbBCdegGhHIjklmMpPsStuUVwWyYzZ%";

constexpr std::string_view kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};

// `width` is at most 20.
void appendNumber(std::string& out, int64_t value, int width, char fill = '0') {
  char digits[20];
  char* const end = digits + sizeof digits;
  char* first = end;
  uint64_t v = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  if (value < 0) out += '-';
  do {
    *--first = static_cast<char>('0' + v % 10);
    v /= 10;
  } while (v != 0);
  while (end - first < width) *--first = fill;
  out.append(first, static_cast<size_t>(end - first));
}

void appendFraction(std::string& out, uint32_t nanosecond, int digits) {
  uint32_t v = nanosecond;
  for (int i = 9; i > digits; --i) v /= 10;
  appendNumber(out, v, digits);
}

// How many digits of the fraction say something.
int usefulDigits(uint32_t nanosecond) {
  if (nanosecond == 0) return 0;
  int digits = 9;
  for (; nanosecond % 10 == 0; nanosecond /= 10) --digits;
  return digits;
}

int64_t hour12(unsigned hour) { return hour % 12 == 0 ? 12 : hour % 12; }

// "+0530"; with a colon "+05:30".
void appendOffset(std::string& out, int32_t seconds, bool colon) {
  out += seconds < 0 ? '-' : '+';
  const int64_t minutes = (seconds < 0 ? -int64_t{seconds} : int64_t{seconds}) / 60;
  appendNumber(out, minutes / 60, 2);
  if (colon) out += ':';
  appendNumber(out, minutes % 60, 2);
}

// `t` is the time in `zone`.
void appendSimple(std::string& out, char directive, const CivilTime& t, const ZoneOffset& zone) {
  switch (directive) {
    case 'a': out += kDays[t.weekday].substr(0, 3); break;
    case 'A': out += kDays[t.weekday]; break;
    case 'b':
    case 'h': out += kMonths[t.month - 1].substr(0, 3); break;
    case 'B': out += kMonths[t.month - 1]; break;
    case 'C': appendNumber(out, t.year / 100, 2); break;
    case 'd': appendNumber(out, t.day, 2); break;
    case 'e': appendNumber(out, t.day, 2, ' '); break;
    case 'g': appendNumber(out, isoWeekOf(t).year % 100, 2); break;
    case 'G': appendNumber(out, isoWeekOf(t).year, 1); break;
    case 'H': appendNumber(out, t.hour, 2); break;
    case 'I': appendNumber(out, hour12(t.hour), 2); break;
    case 'j': appendNumber(out, t.yearDay + 1, 3); break;
    case 'k': appendNumber(out, t.hour, 2, ' '); break;
    case 'l': appendNumber(out, hour12(t.hour), 2, ' '); break;
    case 'm': appendNumber(out, t.month, 2); break;
    case 'M': appendNumber(out, t.minute, 2); break;
    case 'p': out += t.hour < 12 ? "AM" : "PM"; break;
    case 'P': out += t.hour < 12 ? "am" : "pm"; break;
    case 's': appendNumber(out, t.unixSeconds - zone.seconds, 1); break;
    case 'S': appendNumber(out, t.second, 2); break;
    case 't': out += '\t'; break;
    case 'u': appendNumber(out, t.weekday == 0 ? 7 : t.weekday, 1); break;
    case 'U': appendNumber(out, (t.yearDay + 7 - t.weekday) / 7, 2); break;
    case 'V': appendNumber(out, isoWeekOf(t).week, 2); break;
    case 'w': appendNumber(out, t.weekday, 1); break;
    case 'W': appendNumber(out, (t.yearDay + 7 - (t.weekday + 6) % 7) / 7, 2); break;
    case 'y': appendNumber(out, t.year % 100, 2); break;
    case 'Y': appendNumber(out, t.year, 1); break;
    case 'z': appendOffset(out, zone.seconds, false); break;
    case kColonOffset: appendOffset(out, zone.seconds, true); break;
    case 'Z': out += zone.name; break;
    default: out += directive; break;
  }
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

TimeFormat::TimeFormat(std::string_view text) {
  if (text.empty()) text = kUtcDefault;
  std::string expanded;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view other =
        text[i] == '%' && i + 1 < text.size() ? expansionOf(text[i + 1]) : std::string_view();
    if (other.empty()) {
      expanded += text[i];
      // Both characters of "%%" at once, else its second one would start a directive.
      if (text[i] == '%' && i + 1 < text.size() && text[i + 1] == '%') expanded += text[++i];
    } else {
      expanded += other;
      ++i;
    }
  }
  const std::string_view s = expanded;
  for (size_t i = 0; i < s.size(); ++i) {
    const auto at = [&](size_t k) { return i + k < s.size() ? s[i + k] : '\0'; };
    if (s[i] != '%') {
      addLiteral(s[i]);
    } else if (at(1) == 'f') {
      steps_.push_back({'f', 9, {}});
      i += 1;
    } else if (isDigit(at(1)) && at(1) != '0' && (at(2) == 'f' || at(2) == 's')) {
      steps_.push_back({at(2), at(2) == 'f' ? at(1) - '0' : 0, {}});
      i += 2;
    } else if (at(1) == 'E' && (isDigit(at(2)) || at(2) == '*') && (at(3) == 'S' || at(3) == 'f')) {
      steps_.push_back({at(3), at(2) == '*' ? kAllDigits : at(2) - '0', {}});
      i += 3;
    } else if (at(1) == 'E' && at(2) == '4' && at(3) == 'Y') {
      steps_.push_back({'Y', 0, {}});
      i += 3;
    } else if (at(1) == 'E' && at(2) == 'z') {
      steps_.push_back({kColonOffset, 0, {}});
      i += 2;
    } else if (kSimple.find(at(1)) != std::string_view::npos && at(1) != '\0') {
      steps_.push_back({at(1), 0, {}});
      i += 1;
    } else {
      addLiteral('%');
    }
  }
}

void TimeFormat::addLiteral(char c) {
  if (steps_.empty() || steps_.back().directive != 0) steps_.push_back({0, 0, {}});
  steps_.back().literal += c;
}

void TimeFormat::appendIn(const ZoneOffset& zone, WallTime time, std::string& out) const {
  const CivilTime t = civilTimeOf(time + Duration::seconds(zone.seconds));
  for (const Step& step : steps_) {
    if (step.directive == 0) {
      out += step.literal;
      continue;
    }
    if (step.directive == 'f') {
      const int digits = step.digits == kAllDigits ? usefulDigits(t.nanosecond) : step.digits;
      appendFraction(out, t.nanosecond, digits == 0 ? 1 : digits);
      continue;
    }
    appendSimple(out, step.directive, t, zone);
    if (step.directive != 'S' || step.digits == 0) continue;
    const int digits = step.digits == kAllDigits ? usefulDigits(t.nanosecond) : step.digits;
    if (digits == 0) continue;
    out += '.';
    appendFraction(out, t.nanosecond, digits);
  }
}

}  // namespace orrery::format
