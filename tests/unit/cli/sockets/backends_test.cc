// The same lines from both back ends. Where this machine permits no sockets, the second half is skipped.

#include <gtest/gtest.h>

#include "cli/sockets/backend.h"
#include "cli/sockets/options.h"
#include "tests/support/socket_scripts.h"

namespace orrery::sockets {
namespace {

using NewBackend = std::unique_ptr<Backend> (*)(const std::vector<std::string>&);

class Backends : public testing::TestWithParam<std::pair<const char*, NewBackend>> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam().first) == "real" && !tests::realSocketsPermitted())
      GTEST_SKIP() << "real sockets on 127.0.0.0/8 are not permitted here";
  }
  // Answers of the last `last` operations.
  std::string play(std::string_view text, size_t last) {
    const auto script = parseScript(text);
    EXPECT_TRUE(script.has_value()) << script.error().message;
    const auto backend = GetParam().second(script->hosts);
    std::vector<std::string> lines;
    for (const Operation& o : script->operations) {
      lines.push_back(toLine(o, backend->carryOut(o)));
      if (o.settle) backend->settle();
    }
    std::string out;
    for (size_t i = lines.size() - last; i < lines.size(); ++i) out += lines[i] + "\n";
    return out;
  }
};

TEST_P(Backends, BytesComeThroughAsTextOrAsAHash) {
  EXPECT_EQ(play(std::string(tests::kIpv4Pair) + R"({"op":"write","s":"c","data":"question"}
{"op":"peek","s":"d","n":4}
{"op":"read","s":"d","n":99}
{"op":"write","s":"d","n":100}
{"op":"read","s":"c","n":100}
{"op":"read","s":"c","n":100}
)",
                 6),
            R"({"op":"write","s":"c","ret":8}
{"op":"peek","s":"d","ret":4,"bytes":4,"text":"ques"}
{"op":"read","s":"d","ret":8,"bytes":8,"text":"question"}
{"op":"write","s":"d","ret":100}
{"op":"read","s":"c","ret":100,"bytes":100,"hash":"698a224551f194f1"}
{"op":"read","s":"c","ret":-1,"errno":"EAGAIN"}
)");
}

TEST_P(Backends, ClosingWithUnreadBytesResetsThePeer) {
  EXPECT_EQ(play(std::string(tests::kIpv4Pair) + R"({"op":"write","s":"c","n":10}
{"op":"close","s":"d"}
{"op":"poll","s":"c"}
{"op":"state","s":"c"}
{"op":"write","s":"c","n":1}
{"op":"write","s":"c","n":1}
{"op":"getsockopt","s":"c","name":"SO_ERROR"}
{"op":"read","s":"c","n":1}
)",
                 6),
            R"({"op":"poll","s":"c","ret":1,"flags":["in","out","rdhup","hup","err"]}
{"op":"state","s":"c","ret":0,"state":"CLOSE"}
{"op":"write","s":"c","ret":-1,"errno":"ECONNRESET"}
{"op":"write","s":"c","ret":-1,"errno":"EPIPE"}
{"op":"getsockopt","s":"c","ret":0,"error":""}
{"op":"read","s":"c","ret":0,"bytes":0,"text":""}
)");
}

TEST_P(Backends, ADescriptorAnswersInEveryState) {
  EXPECT_EQ(play(R"({"host":"a","op":"socket","s":"x"}
{"op":"poll","s":"x"}
{"op":"read","s":"x","n":1}
{"op":"write","s":"x","n":1}
{"op":"accept","s":"x","as":"y"}
{"op":"connect","s":"x","addr":"a:9"}
{"op":"getsockopt","s":"x","name":"SO_ERROR"}
{"op":"connect","s":"x","addr":"a:9"}
{"op":"listen","s":"x"}
{"op":"connect","s":"x","addr":"a:9"}
{"op":"state","s":"x"}
{"op":"close","s":"x"}
{"op":"close","s":"x"}
)",
                 12),
            R"({"op":"poll","s":"x","ret":1,"flags":["out","hup"]}
{"op":"read","s":"x","ret":-1,"errno":"ENOTCONN"}
{"op":"write","s":"x","ret":-1,"errno":"EPIPE"}
{"op":"accept","s":"x","ret":-1,"errno":"EINVAL"}
{"op":"connect","s":"x","ret":-1,"errno":"EINPROGRESS"}
{"op":"getsockopt","s":"x","ret":0,"error":"ECONNREFUSED"}
{"op":"connect","s":"x","ret":-1,"errno":"ECONNABORTED"}
{"op":"listen","s":"x","ret":0}
{"op":"connect","s":"x","ret":-1,"errno":"EISCONN"}
{"op":"state","s":"x","ret":0,"state":"LISTEN"}
{"op":"close","s":"x","ret":0}
{"op":"close","s":"x","ret":-1,"errno":"EBADF"}
)");
}

TEST_P(Backends, AFullAcceptQueueLeavesTheClientWaiting) {
  EXPECT_EQ(play(R"({"host":"a","op":"socket","s":"l"}
{"op":"bind","s":"l","addr":"a:80"}
{"op":"listen","s":"l","backlog":0}
{"host":"b","op":"socket","s":"c"}
{"op":"connect","s":"c","addr":"a:80"}
{"host":"b","op":"socket","s":"d"}
{"op":"connect","s":"d","addr":"a:80"}
{"op":"state","s":"c"}
{"op":"state","s":"d"}
)",
                 2),
            R"({"op":"state","s":"c","ret":0,"state":"ESTABLISHED"}
{"op":"state","s":"d","ret":0,"state":"SYN_SENT"}
)");
}

TEST_P(Backends, APortIsBoundTwiceOnlyWhereBothAllowIt) {
  const std::string two = R"({"host":"a","op":"socket","s":"x"}
{"host":"a","op":"socket","s":"y"}
)";
  EXPECT_EQ(play(two + R"({"op":"bind","s":"x","addr":"a:80"}
{"op":"bind","s":"y","addr":"a:80"}
)",
                 1),
            "{\"op\":\"bind\",\"s\":\"y\",\"ret\":-1,\"errno\":\"EADDRINUSE\"}\n");
  EXPECT_EQ(play(two + R"({"op":"setsockopt","s":"x","name":"SO_REUSEADDR","value":1}
{"op":"setsockopt","s":"y","name":"SO_REUSEADDR","value":1}
{"op":"bind","s":"x","addr":"a:80"}
{"op":"bind","s":"y","addr":"a:80"}
{"op":"listen","s":"x"}
{"op":"listen","s":"y"}
)",
                 3),
            R"({"op":"bind","s":"y","ret":0}
{"op":"listen","s":"x","ret":0}
{"op":"listen","s":"y","ret":-1,"errno":"EADDRINUSE"}
)");
}

TEST_P(Backends, AListenerThatWasShutDownCannotListenBesideItsConnections) {
  EXPECT_EQ(play(std::string(tests::kIpv4Pair) + R"({"op":"shutdown","s":"l","how":"rd"}
{"op":"listen","s":"l"}
{"op":"abort","s":"d"}
{"op":"listen","s":"l"}
)",
                 3),
            R"({"op":"listen","s":"l","ret":-1,"errno":"EADDRINUSE"}
{"op":"abort","s":"d","ret":0}
{"op":"listen","s":"l","ret":0}
)");
}

TEST_P(Backends, OptionsAreReadBackAsTheKernelKeepsThem) {
  EXPECT_EQ(play(R"({"host":"a","op":"socket","s":"x"}
{"op":"setsockopt","s":"x","name":"SO_RCVBUF","value":1}
{"op":"getsockopt","s":"x","name":"SO_RCVBUF"}
{"op":"setsockopt","s":"x","name":"TCP_DEFER_ACCEPT","value":4}
{"op":"getsockopt","s":"x","name":"TCP_DEFER_ACCEPT"}
{"op":"getsockopt","s":"x","name":"TCP_SYNCNT"}
{"op":"getsockopt","s":"x","name":"TCP_LINGER2"}
{"op":"setsockopt","s":"x","name":"TCP_LINGER2","value":-1}
{"op":"getsockopt","s":"x","name":"TCP_LINGER2"}
{"op":"getsockopt","s":"x","name":"TCP_KEEPIDLE"}
)",
                 9),
            R"({"op":"setsockopt","s":"x","ret":0}
{"op":"getsockopt","s":"x","ret":0,"value":2304}
{"op":"setsockopt","s":"x","ret":0}
{"op":"getsockopt","s":"x","ret":0,"value":7}
{"op":"getsockopt","s":"x","ret":0,"value":6}
{"op":"getsockopt","s":"x","ret":0,"value":60}
{"op":"setsockopt","s":"x","ret":0}
{"op":"getsockopt","s":"x","ret":0,"value":-1}
{"op":"getsockopt","s":"x","ret":0,"value":7200}
)");
}

TEST(DeferAccept, CountsSecondsInPeriodsOfSynAcks) {
  EXPECT_EQ(periodsOfSeconds(0), 0u);
  EXPECT_EQ(periodsOfSeconds(1), 1u);
  EXPECT_EQ(periodsOfSeconds(2), 2u);
  EXPECT_EQ(periodsOfSeconds(4), 3u);
  EXPECT_EQ(secondsOfPeriods(0), 0);
  EXPECT_EQ(secondsOfPeriods(3), 7);
}

INSTANTIATE_TEST_SUITE_P(, Backends,
                         testing::Values(std::pair<const char*, NewBackend>{"sim", &newSimBackend},
                                         std::pair<const char*, NewBackend>{"real", &newRealBackend}),
                         [](const auto& info) { return info.param.first; });

}  // namespace
}  // namespace orrery::sockets
