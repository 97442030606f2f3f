// What takes time or loss, on a wire that the test holds: segments, answers and times of both kernels. All stories are played at
// once, as on Linux each takes seconds. Where namespaces or TUN devices are not permitted each is skipped, by name.

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "tests/conformance/tun_wire.h"

namespace orrery::conformance {
namespace {

using Steps = std::vector<WireStep>;

WireStep call(const std::string& line) { return {line, std::nullopt, 0}; }
WireStep wire(Wire w) { return {"", w, 0}; }
WireStep pass(int milliseconds) { return {"", std::nullopt, milliseconds}; }

Steps pair(const Steps& options = {}) {
  Steps s = {call(R"({"host":"a","op":"socket","s":"l"})"), call(R"({"op":"bind","s":"l","addr":"a:80"})"),
             call(R"({"op":"listen","s":"l"})"), call(R"({"host":"b","op":"socket","s":"c"})"),
             call(R"({"op":"bind","s":"c","addr":"b:5000"})")};
  s.insert(s.end(), options.begin(), options.end());
  s.push_back(call(R"({"op":"connect","s":"c","addr":"a:80"})"));
  s.push_back(pass(100));
  s.push_back(call(R"({"op":"accept","s":"l","as":"d"})"));
  return s;
}
WireStep option(const std::string& name, int value) {
  return call(R"({"op":"setsockopt","s":"c","name":")" + name + R"(","value":)" + std::to_string(value) + "}");
}
Steps operator+(Steps a, const Steps& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
const WireStep kStateOfC = call(R"({"op":"state","s":"c"})");
const WireStep kErrorOfC = call(R"({"op":"getsockopt","s":"c","name":"SO_ERROR"})");

struct Story {
  const char* name;
  Steps steps;
};

std::vector<Story> stories() {
  return {
      {"SynRetries", Steps{wire(Wire::kLosesAll), call(R"({"host":"b","op":"socket","s":"c"})"),
                           option("TCP_SYNCNT", 1), call(R"({"op":"connect","s":"c","addr":"a:80"})"), pass(6500),
                           kStateOfC, pass(1000), kErrorOfC, kStateOfC}},
      {"KeepaliveFindsACutWire", pair({option("SO_KEEPALIVE", 1), option("TCP_KEEPIDLE", 1), option("TCP_KEEPINTVL", 1),
                                       option("TCP_KEEPCNT", 2)}) +
                                     Steps{pass(1500), kStateOfC, wire(Wire::kLosesAll), pass(2000), kStateOfC,
                                           pass(1000), kErrorOfC, kStateOfC}},
      {"UserTimeoutEndsRetransmission",
       pair({option("TCP_USER_TIMEOUT", 2000)}) + Steps{wire(Wire::kLosesFromClient),
                                                        call(R"({"op":"write","s":"c","n":100})"), pass(1500),
                                                        kStateOfC, pass(1500), kErrorOfC, kStateOfC}},
      {"UserTimeoutEndsConnecting",
       Steps{wire(Wire::kLosesAll), call(R"({"host":"b","op":"socket","s":"c"})"), option("TCP_USER_TIMEOUT", 2500),
             call(R"({"op":"connect","s":"c","addr":"a:80"})"), pass(2200), kStateOfC, pass(1500), kErrorOfC}},
      {"PartitionHeals", pair() + Steps{wire(Wire::kLosesAll), call(R"({"op":"write","s":"c","n":100})"), pass(1000),
                                        wire(Wire::kCarries), pass(200), call(R"({"op":"read","s":"d","n":200})"),
                                        pass(800), call(R"({"op":"read","s":"d","n":200})")}},
      {"LostFinIsSentAgain",
       pair() + Steps{wire(Wire::kLosesFromClient), call(R"({"op":"shutdown","s":"c","how":"wr"})"), pass(500),
                      wire(Wire::kCarries), pass(600), call(R"({"op":"state","s":"d"})"), kStateOfC}},
      {"ALostMiddleSegmentIsFilledInAtOnce",
       pair() + Steps{wire(Wire::kLosesSecondData), call(R"({"op":"write","s":"c","n":9000})"), pass(100),
                      call(R"({"op":"read","s":"d","n":9000})")}},
      {"FinWait2EndsAfterLinger2",
       pair({option("TCP_LINGER2", 1)}) + Steps{call(R"({"op":"close","s":"c"})"), pass(1500),
                                                call(R"({"op":"write","s":"d","n":10})"), pass(100),
                                                call(R"({"op":"poll","s":"d"})")}},
      {"FinWait2AnswersAFinInTime",
       pair({option("TCP_LINGER2", 1)}) +
           Steps{call(R"({"op":"close","s":"c"})"), pass(500), call(R"({"op":"close","s":"d"})"), pass(300)}},
      {"TimeWaitIsReusedAfterASecond",
       pair() + Steps{call(R"({"op":"close","s":"c"})"), pass(50), call(R"({"op":"close","s":"d"})"), pass(50),
                      call(R"({"host":"b","op":"socket","s":"c2"})"),
                      call(R"({"op":"setsockopt","s":"c2","name":"SO_REUSEADDR","value":1})"),
                      call(R"({"op":"bind","s":"c2","addr":"b:5000"})"), pass(100)}},
      {"ZeroWindowIsProbedAndOpens",
       pair({call(R"({"op":"setsockopt","s":"c","name":"SO_SNDBUF","value":100000})")}) +
           Steps{call(R"({"op":"write","s":"c","n":190000})"), pass(1000), call(R"({"op":"poll","s":"c"})"), pass(1000),
                 call(R"({"op":"read","s":"d","n":1000000})"), pass(100)}},
  };
}

// Segments of the handshake and the story, without those of filling a window, which autotuning decides.
std::vector<WireSegment> compared(const WireStory& s, bool probesOnly) {
  if (!probesOnly) return s.segments;
  std::vector<WireSegment> out;
  for (const WireSegment& segment : s.segments) {
    if (segment.what == ">probe") out.push_back(segment);
  }
  return out;
}

std::string textOf(const std::vector<WireSegment>& segments) {
  std::string out;
  for (const WireSegment& s : segments) {
    char line[64];
    std::snprintf(line, sizeof line, "%9.3f s  %s\n", static_cast<double>(s.microseconds) / 1e6, s.what.c_str());
    out += line;
  }
  return out;
}

std::map<std::string, WireStory>& onTun() {
  static std::map<std::string, WireStory> all = [] {
    const auto list = stories();
    std::vector<Steps> steps;
    for (const Story& s : list) steps.push_back(s.steps);
    auto told = playOnTun(steps);
    std::map<std::string, WireStory> out;
    for (size_t i = 0; i < list.size(); ++i) out[list[i].name] = std::move(told[i]);
    return out;
  }();
  return all;
}

// Nothing: the same segments and answers, each segment within 80 ms and a twentieth of its time.
std::optional<std::string> wireDifference(const WireStory& simulated, const WireStory& real, bool fills) {
  const auto theirs = compared(real, fills);
  const auto ours = compared(simulated, fills);
  bool same = ours.size() == theirs.size() && (fills || simulated.answers == real.answers);
  for (size_t i = 0; same && i < ours.size(); ++i) {
    const int64_t apart = ours[i].microseconds - theirs[i].microseconds;
    const int64_t tolerance = 80'000 + ours[i].microseconds / 20;
    same = ours[i].what == theirs[i].what && apart <= tolerance && -apart <= tolerance;
  }
  if (same) return std::nullopt;
  std::string out = "sim:\n" + textOf(ours) + "real:\n" + textOf(theirs);
  for (size_t i = 0; i < simulated.answers.size() && i < real.answers.size(); ++i) {
    if (simulated.answers[i] != real.answers[i]) out += simulated.answers[i] + "  real: " + real.answers[i] + "\n";
  }
  return out;
}

class OnAWire : public testing::TestWithParam<Story> {};

TEST_P(OnAWire, BothKernelsDoTheSameAtTheSameTimes) {
  const Story& story = GetParam();
  const WireStory& real = onTun()[story.name];
  if (!real.error.empty()) GTEST_SKIP() << story.name << ": " << real.error;
  const WireStory simulated = playOnSim(story.steps);
  const bool fills = std::string_view(story.name) == "ZeroWindowIsProbedAndOpens";
  auto differs = wireDifference(simulated, real, fills);
  // A busy machine may have been late: what counts is what it repeats.
  for (int i = 0; i < 3 && differs; ++i) differs = wireDifference(simulated, playOnTun({story.steps}).front(), fills);
  EXPECT_EQ(differs.value_or(""), "");
}

INSTANTIATE_TEST_SUITE_P(, OnAWire, testing::ValuesIn(stories()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace orrery::conformance
