#include "proxy/cel/function.h"
#include "proxy/cel/time_text.h"

// What moments and spans are asked for.
namespace orrery::cel {

namespace {

using Style = Function::Style;

// A field of the calendar in the zone that the second argument names, or in UTC.
template <int64_t (*Field)(const CivilTime&)>
Value ofMoment(Arguments args, Scratch&) {
  const auto* moment = std::get_if<Moment>(&args[0]);
  if (moment == nullptr) return {};
  if (args.size() == 1) return Field(civilTimeOf(*moment));
  const auto* zone = std::get_if<Text>(&args[1]);
  const auto ahead = zone != nullptr ? parseZone(zone->is) : std::nullopt;
  return ahead ? Value(Field(civilTimeOf({moment->nanoseconds + Wide{*ahead} * kSecond}))) : Value();
}

// The same name asks a span how many units it has as a whole; of milliseconds those behind the second.
template <int64_t (*Field)(const CivilTime&), int64_t Unit, int64_t Behind = INT64_MAX>
Value ofEither(Arguments args, Scratch& scratch) {
  const auto* span = std::get_if<Span>(&args[0]);
  if (span == nullptr || args.size() > 1) return ofMoment<Field>(args, scratch);
  return static_cast<int64_t>(span->nanoseconds / Unit % Behind);
}

int64_t yearOf(const CivilTime& c) { return c.year; }
int64_t monthOf(const CivilTime& c) { return c.month - 1; }
int64_t dayOf(const CivilTime& c) { return c.day - 1; }
int64_t dateOf(const CivilTime& c) { return c.day; }
int64_t yearDayOf(const CivilTime& c) { return c.yearDay; }
int64_t weekDayOf(const CivilTime& c) { return c.weekday; }
int64_t hourOf(const CivilTime& c) { return c.hour; }
int64_t minuteOf(const CivilTime& c) { return c.minute; }
int64_t secondOf(const CivilTime& c) { return c.second; }
int64_t millisecondOf(const CivilTime& c) { return c.nanosecond / 1'000'000; }

constexpr int64_t kUnit = 1'000'000'000;

constexpr Function kTimeFunctions[] = {
    {"getFullYear", Style::kOfTarget, 1, ofMoment<yearOf>},
    {"getFullYear", Style::kOfTarget, 2, ofMoment<yearOf>},
    {"getMonth", Style::kOfTarget, 1, ofMoment<monthOf>},
    {"getMonth", Style::kOfTarget, 2, ofMoment<monthOf>},
    {"getDayOfMonth", Style::kOfTarget, 1, ofMoment<dayOf>},
    {"getDayOfMonth", Style::kOfTarget, 2, ofMoment<dayOf>},
    {"getDate", Style::kOfTarget, 1, ofMoment<dateOf>},
    {"getDate", Style::kOfTarget, 2, ofMoment<dateOf>},
    {"getDayOfYear", Style::kOfTarget, 1, ofMoment<yearDayOf>},
    {"getDayOfYear", Style::kOfTarget, 2, ofMoment<yearDayOf>},
    {"getDayOfWeek", Style::kOfTarget, 1, ofMoment<weekDayOf>},
    {"getDayOfWeek", Style::kOfTarget, 2, ofMoment<weekDayOf>},
    {"getHours", Style::kOfTarget, 1, ofEither<hourOf, 3600 * kUnit>},
    {"getHours", Style::kOfTarget, 2, ofEither<hourOf, 3600 * kUnit>},
    {"getMinutes", Style::kOfTarget, 1, ofEither<minuteOf, 60 * kUnit>},
    {"getMinutes", Style::kOfTarget, 2, ofEither<minuteOf, 60 * kUnit>},
    {"getSeconds", Style::kOfTarget, 1, ofEither<secondOf, kUnit>},
    {"getSeconds", Style::kOfTarget, 2, ofEither<secondOf, kUnit>},
    {"getMilliseconds", Style::kOfTarget, 1, ofEither<millisecondOf, kUnit / 1000, 1000>},
    {"getMilliseconds", Style::kOfTarget, 2, ofEither<millisecondOf, kUnit / 1000, 1000>},
};

}  // namespace

std::span<const Function> timeFunctions() { return kTimeFunctions; }

}  // namespace orrery::cel
