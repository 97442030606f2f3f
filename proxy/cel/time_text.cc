#include "proxy/cel/time_text.h"

namespace orrery::cel {

namespace {

bool isDigitOf(char c) { return c >= '0' && c <= '9'; }

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
  if (!day || *day < 1 || *day > daysOfMonth(*year, static_cast<unsigned>(*month))) return std::nullopt;
  if (!reader.take("Tt")) return std::nullopt;
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
  const int64_t days = unixDaysOf(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
  const int64_t ofDay = (*hour * 60 + *minute) * 60 + *second - ahead;
  return Moment{(Wide{days} * 86'400 + ofDay) * kSecond + fraction};
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
  const CivilTime t = civilTimeOf(moment);
  if (t.year < 1 || t.year > 9999) return std::nullopt;
  return digitsOf(t.year, 4) + "-" + digitsOf(t.month, 2) + "-" + digitsOf(t.day, 2) + "T" + digitsOf(t.hour, 2) + ":" +
         digitsOf(t.minute, 2) + ":" + digitsOf(t.second, 2) + fractionText(t.nanosecond) + "Z";
}

int64_t wholeSeconds(Moment moment) {
  return static_cast<int64_t>(moment.nanoseconds / kSecond - (moment.nanoseconds % kSecond < 0 ? 1 : 0));
}

CivilTime civilTimeOf(Moment moment) {
  const int64_t seconds = wholeSeconds(moment);
  return orrery::civilTimeOf(seconds, static_cast<uint32_t>(moment.nanoseconds - Wide{seconds} * kSecond));
}

}  // namespace orrery::cel
