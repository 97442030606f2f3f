// Scripts about IPv6 and about urgent data, each on both kernels.

#include <gtest/gtest.h>

#include "tests/conformance/compare.h"
#include "tests/conformance/play.h"
#include "tests/support/socket_scripts.h"

namespace orrery::conformance {
namespace {

constexpr std::string_view kPair = R"({"host":"a","op":"socket","s":"l","family":"inet6"}
{"op":"bind","s":"l","addr":"a:80"}
{"op":"listen","s":"l"}
{"host":"b","op":"socket","s":"c","family":"inet6"}
{"op":"connect","s":"c","addr":"a:80"}
{"op":"accept","s":"l","as":"d"}
)";
// Empty: every call answered the same, and every socket looked the same after it.
std::string differing(const std::string& text) {
  const auto script = sockets::parseScript(text);
  if (!script) return script.error().message;
  const auto on = [&](auto newBackend, Kernel kernel) {
    return play({script->operations}, [&] { return newBackend(script->hosts); }, kernel).front();
  };
  using Hosts = const std::vector<std::string>&;
  const Transcript simulated = on([](Hosts h) { return sockets::newSimBackend(h); }, Kernel::kSimulated);
  const Transcript real = on([](Hosts h) { return sockets::newRealBackend(h); }, Kernel::kReal);
  return difference(simulated, real).value_or("");
}

bool ipv6Here() {
  const auto script = sockets::parseScript(R"({"host":"a","op":"socket","s":"s","family":"inet6"}
{"op":"bind","s":"s","addr":"a:80"}
)");
  const auto backend = sockets::newRealBackend(script->hosts);
  (void)backend->carryOut(script->operations[0]);
  return backend->carryOut(script->operations[1]).ret == 0;
}

class Families : public testing::Test {
 protected:
  void SetUp() override {
    if (!ipv6Here()) GTEST_SKIP() << "sockets of IPv6 are not permitted here";
  }
};

TEST_F(Families, AConnectionOverIpv6EndsInEachWay) {
  for (const char* end : {R"({"op":"shutdown","s":"c","how":"wr"}
{"op":"read","s":"d","n":9}
{"op":"read","s":"d","n":9}
{"op":"close","s":"d"}
{"op":"read","s":"c","n":9}
)",
                          R"({"op":"close","s":"d"}
{"op":"write","s":"c","n":1}
{"op":"write","s":"c","n":1}
{"op":"read","s":"c","n":1}
)",
                          R"({"op":"abort","s":"c"}
{"op":"read","s":"d","n":9}
{"op":"read","s":"d","n":9}
)"}) {
    EXPECT_EQ(differing(std::string(kPair) + R"({"op":"write","s":"c","data":"hello"}
)" + end),
              "");
  }
}

TEST_F(Families, NobodyListensOverIpv6) {
  EXPECT_EQ(differing(R"({"host":"b","op":"socket","s":"c","family":"inet6"}
{"op":"connect","s":"c","addr":"a:80"}
{"op":"getsockopt","s":"c","name":"SO_ERROR"}
{"op":"connect","s":"c","addr":"a:81"}
)"),
            "");
}

// Each first socket with each second: who may have the port too.
TEST_F(Families, EachPairOfListenersMayOrMayNotShareAPort) {
  struct End {
    const char* family;
    const char* form;
    int v6Only;
  };
  const std::vector<End> ends = {{"inet", "own", 0},     {"inet", "any", 0},    {"inet6", "own", 0},
                                 {"inet6", "own", 1},    {"inet6", "any", 0},   {"inet6", "any", 1},
                                 {"inet6", "mapped", 0}, {"inet6", "mapped", 1}};
  const auto open = [](const std::string& label, const End& e, int reuse) {
    const std::string s = "\"s\":\"" + label + "\"";
    std::string out = R"({"host":"a","op":"socket",)" + s + ",\"family\":\"" + e.family + "\"}\n";
    out += R"({"op":"setsockopt",)" + s + R"(,"name":"IPV6_V6ONLY","value":)" + std::to_string(e.v6Only) + "}\n";
    if (reuse != 0)
      out += R"({"op":"setsockopt",)" + s + R"(,"name":")" + (reuse == 1 ? "SO_REUSEADDR" : "SO_REUSEPORT") +
             "\",\"value\":1}\n";
    out += R"({"op":"bind",)" + s + R"(,"addr":"a:80","form":")" + e.form + "\"}\n";
    return out + R"({"op":"listen",)" + s + "}\n";
  };
  for (const End& first : ends) {
    for (const End& second : ends) {
      for (const int reuse : {0, 1, 2}) {
        EXPECT_EQ(differing(open("x", first, reuse) + open("y", second, reuse)), "")
            << first.family << first.form << first.v6Only << second.family << second.form << second.v6Only << reuse;
      }
    }
  }
}

// A listener on :: takes IPv4 unless told not to, and one of the family goes before it.
TEST_F(Families, WhoIsReachedOnWhichListener) {
  for (const int v6Only : {0, 1}) {
    for (const bool ipv4Too : {false, true}) {
      std::string text = R"({"host":"a","op":"socket","s":"l","family":"inet6"}
{"op":"setsockopt","s":"l","name":"IPV6_V6ONLY","value":)" +
                         std::to_string(v6Only) + R"(}
{"op":"bind","s":"l","addr":"a:80","form":"any"}
{"op":"listen","s":"l"}
)";
      if (ipv4Too) {
        text += R"({"host":"a","op":"socket","s":"m"}
{"op":"bind","s":"m","addr":"a:80"}
{"op":"listen","s":"m"}
)";
      }
      for (const char* connecting : {R"({"host":"b","op":"socket","s":"c"}
{"op":"connect","s":"c","addr":"a:80"}
)",
                                     R"({"host":"b","op":"socket","s":"c","family":"inet6"}
{"op":"connect","s":"c","addr":"a:80"}
)",
                                     R"({"host":"b","op":"socket","s":"c","family":"inet6"}
{"op":"connect","s":"c","addr":"a:80","form":"mapped"}
)"}) {
        EXPECT_EQ(differing(text + connecting + R"({"op":"write","s":"c","data":"hello"}
{"op":"accept","s":"l","as":"d"}
{"op":"getsockopt","s":"c","name":"SO_ERROR"}
)"),
                  "")
            << v6Only << ipv4Too << connecting;
      }
    }
  }
}

TEST_F(Families, WhatDoesNotFitIsRefused) {
  for (const char* form : {"own", "any", "mapped"}) {
    for (const char* to : {"own", "mapped"}) {
      for (const int v6Only : {0, 1}) {
        EXPECT_EQ(differing(R"({"host":"b","op":"socket","s":"c","family":"inet6"}
{"op":"setsockopt","s":"c","name":"IPV6_V6ONLY","value":)" +
                            std::to_string(v6Only) + R"(}
{"op":"bind","s":"c","addr":"b:81","form":")" +
                            form + R"("}
{"op":"setsockopt","s":"c","name":"IPV6_V6ONLY","value":0}
{"op":"getsockopt","s":"c","name":"IPV6_V6ONLY"}
{"op":"connect","s":"c","addr":"a:80","form":")" +
                            to + R"("}
{"op":"getsockopt","s":"c","name":"SO_ERROR"}
)"),
                  "")
            << form << to << v6Only;
      }
    }
  }
}

// A direction that is shut before listen(2) is shut in every connection (found by sequence 34049 of seed 7).
TEST(Listening, WhatWasShutBeforeIsShutInEachConnection) {
  for (const char* how : {"rd", "wr", "rdwr"}) {
    EXPECT_EQ(differing(R"({"host":"a","op":"socket","s":"l"}
{"op":"bind","s":"l","addr":"a:80"}
{"op":"shutdown","s":"l","how":")" +
                        std::string(how) + R"("}
{"op":"listen","s":"l","backlog":4}
{"host":"b","op":"socket","s":"c"}
{"op":"connect","s":"c","addr":"a:80"}
{"op":"accept","s":"l","as":"d"}
{"op":"write","s":"d","n":5}
{"op":"write","s":"c","n":5}
{"op":"read","s":"d","n":9}
{"op":"read","s":"c","n":9}
{"op":"read","s":"d","n":9}
)"),
              "")
        << how;
  }
}

// SO_OOBINLINE is off: the urgent byte is in no read, and a read ends before it.
TEST(Urgent, ReadsEndBeforeTheUrgentByteAndLeaveItOut) {
  for (const char* rest : {R"({"op":"write","s":"c","data":"!","oob":true}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
)",
                           R"({"op":"write","s":"c","data":"urgent!","oob":true}
{"op":"write","s":"c","data":"rest"}
{"op":"peek","s":"d","n":99}
{"op":"read","s":"d","n":2}
{"op":"read","s":"d","n":99}
{"op":"peek","s":"d","n":99}
{"op":"read","s":"d","n":1}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
)",
                           R"({"op":"write","s":"c","data":"one!","oob":true}
{"op":"write","s":"c","data":"two!","oob":true}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
)",
                           R"({"op":"read","s":"d","n":99}
{"op":"write","s":"c","data":"!","oob":true}
{"op":"write","s":"c","data":"?","oob":true}
{"op":"peek","s":"d","n":99}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
)",
                           R"({"op":"write","s":"c","data":"last!","oob":true}
{"op":"close","s":"c"}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
{"op":"read","s":"d","n":99}
)",
                           R"({"op":"read","s":"d","n":99}
{"op":"write","s":"c","data":"!","oob":true}
{"op":"close","s":"d"}
{"op":"read","s":"c","n":1}
)"}) {
    EXPECT_EQ(differing(std::string(tests::kIpv4Pair) + R"({"op":"write","s":"c","data":"before"}
)" + rest),
              "")
        << rest;
  }
}

}  // namespace
}  // namespace orrery::conformance
