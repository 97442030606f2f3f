#include "proxy/cel/function.h"

#include <gtest/gtest.h>

#include "proxy/cel/time_text.h"
#include "tests/unit/proxy/cel/trees.h"

// What each function gives, all measured at Envoy 1.40.
namespace orrery::cel {
namespace {

using namespace trees;

std::string is(Expression a, Expression b) { return judged(call("_==_", {std::move(a), std::move(b)})); }
Expression texts(std::initializer_list<const char*> items) {
  Trees out;
  for (const char* item : items) out.push_back(text(item));
  return list(std::move(out));
}

TEST(CelText, CountsCharacters) {
  EXPECT_EQ(is(call("size", {text("a\u00e9")}), whole(2)), "true");
  EXPECT_EQ(is(call("size", {text("\xff\xfe")}), whole(2)), "true") << "what is no UTF-8 counts byte by byte";
  EXPECT_EQ(is(method("substring", {text("\u00e9"
                                         "ab"),
                                    whole(1), whole(2)}),
               text("a")),
            "true");
  EXPECT_EQ(is(method("substring", {text("abc"), whole(1), whole(3)}), text("bc")), "error") << "Envoy's own way";
  EXPECT_EQ(is(method("substring", {text("abc"), whole(3), whole(3)}), text("")), "true");
  EXPECT_EQ(is(method("substring", {text("abc"), whole(1)}), text("bc")), "true");
  EXPECT_EQ(is(method("charAt", {text("abc"), whole(3)}), text("")), "true");
  EXPECT_EQ(is(method("charAt", {text("abc"), whole(4)}), text("")), "error");
  EXPECT_EQ(is(method("substring", {text("abc"), whole(2), whole(1)}), text("")), "error");
  EXPECT_EQ(is(method("reverse", {text("\u00e9"
                                       "a")}),
               text("a\u00e9")),
            "true");
  EXPECT_EQ(is(method("trim", {text(" \t\u3000a ")}), text("a")), "true");
}

TEST(CelText, FindsPlaces) {
  EXPECT_EQ(is(method("indexOf", {text("abcb"), text("b"), whole(2)}), whole(3)), "true");
  EXPECT_EQ(is(method("indexOf", {text("abc"), text(""), whole(3)}), whole(3)), "true");
  EXPECT_EQ(is(method("indexOf", {text("abc"), text("a"), whole(4)}), whole(-1)), "error");
  EXPECT_EQ(is(method("lastIndexOf", {text("aaa"), text("aa")}), whole(1)), "true");
  EXPECT_EQ(is(method("lastIndexOf", {text("abcb"), text("b"), whole(2)}), whole(1)), "true");
  EXPECT_EQ(is(method("lastIndexOf", {text("aaa"), text("aaaa")}), whole(-1)), "true");
}

TEST(CelText, CutsAndJoins) {
  EXPECT_EQ(is(method("split", {text(",a,"), text(",")}), texts({"", "a", ""})), "true");
  EXPECT_EQ(is(method("split", {text("a,b,c"), text(","), whole(2)}), texts({"a", "b,c"})), "true");
  EXPECT_EQ(is(method("split", {text("abc"), text("")}), texts({"a", "b", "c"})), "true");
  EXPECT_EQ(is(method("split", {text("abc"), text(""), whole(2)}), texts({"a", "bc"})), "true");
  EXPECT_EQ(is(method("split", {text(""), text("")}), texts({""})), "true");
  EXPECT_EQ(is(method("split", {text("a"), text(","), whole(0)}), list({})), "true");
  EXPECT_EQ(is(method("join", {texts({"a", "b"}), text("-")}), text("a-b")), "true");
  EXPECT_EQ(is(method("join", {list({text("a"), whole(1)}), text("-")}), text("a-1")), "error");
}

TEST(CelText, Replaces) {
  EXPECT_EQ(is(method("replace", {text("aaa"), text("a"), text("b"), whole(2)}), text("bba")), "true");
  EXPECT_EQ(is(method("replace", {text("ab"), text(""), text("-")}), text("-a-b-")), "true");
  EXPECT_EQ(is(method("replace", {text("ab"), text(""), text("-"), whole(2)}), text("-a-b")), "true");
  EXPECT_EQ(is(method("replace", {text("ab"), text("a"), text("")}), text("b")), "true");
  EXPECT_EQ(is(method("replace", {text(""), text(""), text("-")}), text("-")), "true");
}

TEST(CelRegex, MatchesAnyPartAndCapturesOfTheWhole) {
  EXPECT_EQ(judged(method("matches", {text("abc"), text("b")})), "true");
  EXPECT_EQ(judged(method("matches", {text("abc"), text("^b$")})), "false");
  EXPECT_EQ(is(method("capture", {name("re"), text("abc"), text(".b(.)")}), text("c")), "true");
  EXPECT_EQ(is(method("capture", {name("re"), text("abc"), text("b(.)")}), text("c")), "error");
  EXPECT_EQ(is(method("extract", {name("re"), text("abc"), text("b(.)"), text("\\1\\0")}), text("cbc")), "true");
  EXPECT_EQ(is(method("captureN", {name("re"), text("abc"), text(".(?P<n>b)(.)")}),
               map({text("n"), text("b"), text("2"), text("c")})),
            "true");
}

TEST(CelRegex, APatternOfTheRequestIsAnErrorWhereOneOfTheConditionIsRefused) {
  const Expression pattern = call("_[_]", {field(name("request"), "headers"), text("x-a")});
  EXPECT_EQ(judged(method("matches", {text("a"), pattern}), {{"x-a", "("}}), "error");
  EXPECT_EQ(judged(method("matches", {text("a"), pattern}), {{"x-a", "a{500}"}}), "error");
  EXPECT_EQ(judged(method("matches", {text("a"), pattern}), {{"x-a", "a"}}), "true");
}

TEST(CelConversion, ReadsNumbers) {
  EXPECT_EQ(is(call("int", {text(" +12")}), whole(12)), "true");
  EXPECT_EQ(is(call("int", {text("0x10")}), whole(16)), "error");
  EXPECT_EQ(is(call("int", {text("")}), whole(0)), "error");
  EXPECT_EQ(is(call("int", {constant(-1.9)}), whole(-1)), "true");
  EXPECT_EQ(is(call("int", {constant(1e30)}), whole(-1)), "error");
  EXPECT_EQ(is(call("uint", {whole(-1)}), whole(-1)), "error");
  EXPECT_EQ(is(call("double", {text("0x10")}), constant(16.0)), "true");
  EXPECT_EQ(is(call("double", {text("1e3")}), whole(1000)), "true");
  EXPECT_EQ(judged(call("bool", {text("True")})), "true");
  EXPECT_EQ(judged(call("bool", {text("tRUE")})), "error");
}

TEST(CelConversion, WritesNumbers) {
  const auto written = [](double number) { return call("string", {constant(number)}); };
  EXPECT_EQ(is(written(1.0), text("1")), "true");
  EXPECT_EQ(is(written(0.1), text("0.1")), "true");
  EXPECT_EQ(is(written(0.30000000000000004), text("0.30000000000000004")), "true");
  EXPECT_EQ(is(written(999999.5), text("999999.5")), "true");
  EXPECT_EQ(is(written(1234567), text("1.234567e+06")), "true");
  EXPECT_EQ(is(written(0.0001), text("0.0001")), "true");
  EXPECT_EQ(is(written(0.00001), text("1e-05")), "true");
  EXPECT_EQ(is(written(-0.0), text("-0")), "true");
}

TEST(CelTime, ReadsAndWrites) {
  EXPECT_EQ(toText(*parseSpan("1h1m1.5s")), "3661.500s");
  EXPECT_EQ(toText(*parseSpan("-1us")), "-0.000001s");
  EXPECT_EQ(toText(*parseSpan("+0")), "0s");
  for (const char* none : {"", "1", "s", ".s", "1 s", "1.1.1s", "1d", "inf", "3155760000000s", "-"}) {
    EXPECT_FALSE(parseSpan(none)) << none;
  }
  EXPECT_EQ(toText(*parseMoment("2020-02-29t23:59:60.5+01:00")), "2020-02-29T23:00:00.500Z");
  EXPECT_EQ(toText(*parseMoment("1969-12-31T23:59:59.123456789Z")), "1969-12-31T23:59:59.123456789Z");
  EXPECT_EQ(toText(*parseMoment("0001-01-01T00:00:00Z")), "0001-01-01T00:00:00Z");
  EXPECT_FALSE(toText(*parseMoment("10000-01-01T00:00:00Z")));
  for (const char* none : {"2020-01-01", "2020-02-30T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:00:00",
                           "2020-01-01 00:00:00Z", "2020-01-01T00:00:00.Z", "2020-13-01T00:00:00Z"}) {
    EXPECT_FALSE(parseMoment(none)) << none;
  }
}

TEST(CelTime, EveryDayIsReadAsItIsWritten) {
  const Moment first = *parseMoment("1600-01-01T00:00:00Z");
  for (int64_t day = 0; day < 2 * 146'097; ++day) {
    const Moment moment{first.nanoseconds + Wide{day} * 86'400 * kSecond};
    const auto text = toText(moment);
    ASSERT_EQ(parseMoment(*text)->nanoseconds, moment.nanoseconds) << *text;
  }
}

TEST(CelTime, SumsThatNoNumberOfSecondsHoldsAreErrors) {
  const Expression first = constant(Moment{Wide{INT64_MIN / 2 - 2} * kSecond});
  const Expression last = constant(Moment{Wide{INT64_MAX / 2 + 2} * kSecond});
  const Expression near = constant(Moment{Wide{INT64_MAX / 2 - 2} * kSecond});
  EXPECT_EQ(is(method("getSeconds", {call("_-_", {near, constant(Moment{})})}), whole(INT64_MAX / 2 - 2)), "true");
  EXPECT_EQ(is(method("getSeconds", {call("_-_", {last, first})}), whole(0)), "error");
}

TEST(CelTime, TellsWhatItIsAskedFor) {
  const Expression at = constant(*parseMoment("2020-02-03T04:05:06.007Z"));
  const auto asked = [&](const char* function) { return method(function, {at}); };
  EXPECT_EQ(is(asked("getFullYear"), whole(2020)), "true");
  EXPECT_EQ(is(asked("getMonth"), whole(1)), "true");
  EXPECT_EQ(is(asked("getDate"), whole(3)), "true");
  EXPECT_EQ(is(asked("getDayOfMonth"), whole(2)), "true");
  EXPECT_EQ(is(asked("getDayOfWeek"), whole(1)), "true");
  EXPECT_EQ(is(asked("getDayOfYear"), whole(33)), "true");
  EXPECT_EQ(is(asked("getMilliseconds"), whole(7)), "true");
  EXPECT_EQ(is(method("getHours", {at, text("-05:30")}), whole(22)), "true");
  EXPECT_EQ(is(method("getHours", {constant(*parseSpan("90m"))}), whole(1)), "true");
  EXPECT_EQ(is(method("getMilliseconds", {constant(*parseSpan("-1.5s"))}), whole(-500)), "true");
  EXPECT_EQ(is(method("getFullYear", {constant(*parseSpan("1s"))}), whole(0)), "error");
}

// Whatever a condition gives to a function, it answers with a value of the language, or an error.
TEST(CelFunctions, TakeValuesOfEveryKind) {
  Scratch scratch;
  const stream_info::Value::Object object = {{"a", stream_info::Value(1.5)}};
  const std::vector<Value> samples = {nullptr,
                                      true,
                                      int64_t{-1},
                                      INT64_MIN,
                                      int64_t{2},
                                      uint64_t{UINT64_MAX},
                                      0.0,
                                      -1e300,
                                      Text{""},
                                      Text{"a\xff,\u00e9("},
                                      Bytes{"b"},
                                      *parseSpan("-1.5s"),
                                      Moment{Wide{INT64_MIN} * kSecond},
                                      TypeName{"int"},
                                      MetadataMessage{&object},
                                      scratch.list({true, Text{"a"}}),
                                      newMap(object, scratch),
                                      newMap({{int64_t{1}, Text{"a"}}}, scratch)};
  size_t calls = 0;
  for (const auto table :
       {operatorFunctions(), textFunctions(), regexFunctions(), conversionFunctions(), timeFunctions()}) {
    for (const Function& f : table) {
      std::vector<size_t> picks(f.arguments, 0);
      for (bool more = true; more;) {
        std::vector<Value> arguments;
        for (const size_t pick : picks) arguments.push_back(samples[pick]);
        Scratch room;
        const Value out = f.apply(arguments, room);
        ASSERT_TRUE(isError(out) || !typeNameOf(out).empty()) << f.name;
        ++calls;
        // The next picks, as an odometer counts.
        size_t i = 0;
        while (i < picks.size() && ++picks[i] == samples.size()) picks[i++] = 0;
        more = i < picks.size();
      }
    }
  }
  EXPECT_GT(calls, 100'000u);
}

}  // namespace
}  // namespace orrery::cel
