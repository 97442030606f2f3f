#include "proxy/cel/time_text.h"

#include <array>

namespace orrery::cel {

namespace {

constexpr int64_t kSecondsOfDay = 86'400;

bool isDigitOf(char c) { return c >= '0' && c <= '9'; }

int64_t floorDivided(Wide a, Wide b) { return static_cast<int64_t>(a / b - (a % b < 0 ? 1 : 0)); }

// Reads a text from its front.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool take(std::string_view one) {
    if (rest_.empty() || !one.contains(rest_.front())) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool takeWord(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // A number of 1 to `most` digits.
  std::optional<int64_t> number(size_t most) {
    size_t length = 0;
    int64_t out = 0;
    for (; length < most && length < rest_.size() && isDigitOf(rest_[length]); ++length) {
      out = out * 10 + (rest_[length] - '0');
    }
    if (length == 0) return std::nullopt;
    rest_.remove_prefix(length);
    return out;
  }
  // What stands behind a point, in billionths; digits beyond them are cut off.
  int64_t fraction(bool& any) {
    int64_t out = 0;
    int64_t unit = kBillion / 10;
    for (any = false; !rest_.empty() && isDigitOf(rest_.front()); rest_.remove_prefix(1)) {
      out += unit * (rest_.front() - '0');
      unit /= 10;
      any = true;
    }
    return out;
  }
  static constexpr int64_t kBillion = 1'000'000'000;

 private:
  std::string_view rest_;
};

constexpr bool isLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr std::array<int64_t, 12> kMonthLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

int64_t lengthOfMonth(int64_t year, int64_t month) {
  return kMonthLengths[static_cast<size_t>(month)] + (month == 1 && isLeapYear(year) ? 1 : 0);
}

// Days from 1970-01-01 to the first of January of a year.
int64_t daysBeforeYear(int64_t year) {
  const int64_t y = year - 1;
  return y * 365 + floorDivided(y, 4) - floorDivided(y, 100) + floorDivided(y, 400) - 719'162;
}

std::string digitsOf(int64_t number, size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

std::string fractionText(int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  const std::string all = digitsOf(nanoseconds, 9);
  const size_t kept = nanoseconds % 1'000'000 == 0 ? 3 : nanoseconds % 1000 == 0 ? 6 : 9;
  return "." + all.substr(0, kept);
}

}  // namespace

std::optional<Span> parseSpan(std::string_view text) {
  TimeReader reader(text);
  constexpr Wide kMost = Wide{315'576'000'000} * kSecond;
  const bool negative = reader.take("-");
  if (!negative) reader.take("+");
  if (reader.takeWord("0") && reader.done()) return Span{};
  reader = TimeReader(text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0));
  Wide out = 0;
  do {
    const auto whole = reader.number(18);
    bool broken = false;
    int64_t fraction = 0;
    if (reader.take(".")) fraction = reader.fraction(broken);
    if (!whole && !broken) return std::nullopt;
    Wide unit = 0;
    if (reader.takeWord("ns"))
      unit = 1;
    else if (reader.takeWord("us"))
      unit = 1'000;
    else if (reader.takeWord("ms"))
      unit = 1'000'000;
    else if (reader.takeWord("h"))
      unit = 3600 * kSecond;
    else if (reader.takeWord("m"))
      unit = 60 * kSecond;
    else if (reader.takeWord("s"))
      unit = kSecond;
    else
      return std::nullopt;
    out += Wide{whole.value_or(0)} * unit + Wide{fraction} * unit / TimeReader::kBillion;
    if (out > kMost) return std::nullopt;
  } while (!reader.done());
  return Span{negative ? -out : out};
}

std::optional<Moment> parseMoment(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  TimeReader reader(text);
  const bool negative = reader.take("-");
  auto year = reader.number(9);
  if (!year || !reader.take("-")) return std::nullopt;
  if (negative) year = -*year;
  const auto month = reader.number(2);
  if (!month || *month < 1 || *month > 12 || !reader.take("-")) return std::nullopt;
  const auto day = reader.number(2);
  if (!day || *day < 1 || *day > lengthOfMonth(*year, *month - 1) || !reader.take("Tt")) return std::nullopt;
  const auto hour = reader.number(2);
  if (!hour || *hour > 23 || !reader.take(":")) return std::nullopt;
  const auto minute = reader.number(2);
  if (!minute || *minute > 59 || !reader.take(":")) return std::nullopt;
  const auto second = reader.number(2);
  if (!second || *second > 60) return std::nullopt;
  int64_t fraction = 0;
  if (reader.take(".")) {
    bool any = false;
    fraction = reader.fraction(any);
    if (!any) return std::nullopt;
  }
  int64_t ahead = 0;
  if (!reader.take("Zz")) {
    const bool behind = reader.take("-");
    if (!behind && !reader.take("+")) return std::nullopt;
    const auto hours = reader.number(2);
    if (!hours || *hours > 23) return std::nullopt;
    reader.take(":");
    const auto minutes = reader.number(2);
    if (minutes.value_or(0) > 59) return std::nullopt;
    ahead = (*hours * 60 + minutes.value_or(0)) * (behind ? -60 : 60);
  }
  if (!reader.done()) return std::nullopt;
  int64_t days = daysBeforeYear(*year) + *day - 1;
  for (int64_t m = 0; m < *month - 1; ++m) days += lengthOfMonth(*year, m);
  const int64_t ofDay = (*hour * 60 + *minute) * 60 + *second - ahead;
  return Moment{(Wide{days} * kSecondsOfDay + ofDay) * kSecond + fraction};
}

std::optional<int64_t> parseZone(std::string_view text) {
  if (text.empty() || text == "UTC" || text == "GMT" || text == "Etc/UTC") return 0;
  TimeReader reader(text);
  const bool behind = reader.take("-");
  if (!behind) reader.take("+");
  const auto hours = reader.number(9);
  if (!hours || !reader.take(":")) return std::nullopt;
  const auto minutes = reader.number(9);
  if (!minutes || !reader.done()) return std::nullopt;
  return (*hours * 60 + *minutes) * (behind ? -60 : 60);
}

std::string toText(Span span) {
  const Wide size = span.nanoseconds < 0 ? -span.nanoseconds : span.nanoseconds;
  return (span.nanoseconds < 0 ? "-" : "") + std::to_string(static_cast<int64_t>(size / kSecond)) +
         fractionText(static_cast<int64_t>(size % kSecond)) + "s";
}

std::optional<std::string> toText(Moment moment) {
  const Calendar c = calendarOf(moment);
  if (c.year < 1 || c.year > 9999) return std::nullopt;
  return digitsOf(c.year, 4) + "-" + digitsOf(c.month + 1, 2) + "-" + digitsOf(c.day + 1, 2) + "T" +
         digitsOf(c.second / 3600, 2) + ":" + digitsOf(c.second / 60 % 60, 2) + ":" + digitsOf(c.second % 60, 2) +
         fractionText(c.nanosecond) + "Z";
}

Calendar calendarOf(Moment moment) {
  Calendar out;
  const int64_t days = floorDivided(moment.nanoseconds, kSecondsOfDay * kSecond);
  const Wide ofDay = moment.nanoseconds - Wide{days} * kSecondsOfDay * kSecond;
  out.second = static_cast<int64_t>(ofDay / kSecond);
  out.nanosecond = static_cast<int64_t>(ofDay % kSecond);
  out.weekDay = ((days + 4) % 7 + 7) % 7;
  // 146,097 days in 400 years: a guess that is off by one at most.
  out.year = 1970 + floorDivided(Wide{days} * 400, 146'097);
  while (daysBeforeYear(out.year) > days) --out.year;
  while (daysBeforeYear(out.year + 1) <= days) ++out.year;
  out.yearDay = out.day = days - daysBeforeYear(out.year);
  for (; out.day >= lengthOfMonth(out.year, out.month); ++out.month) out.day -= lengthOfMonth(out.year, out.month);
  return out;
}

}  // namespace orrery::cel
