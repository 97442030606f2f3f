#include "cli/sockets/operation.h"

#include <gtest/gtest.h>

namespace orrery::sockets {
namespace {

constexpr std::string_view kPair = R"({"host":"a","op":"socket","s":"l"}
{"op":"bind","s":"l","addr":"a:80"}
{"op":"listen","s":"l","backlog":8}

{"host":"b","op":"socket","s":"c"}
{"op":"connect","s":"c","addr":"a:80","settle":false}
{"op":"accept","s":"l","as":"d"}
)";

std::string refusal(const std::string& line) {
  const auto script = parseScript(std::string(kPair) + line);
  return script ? "accepted" : script.error().message;
}

TEST(SocketScript, IsOneOperationALine) {
  const auto script = parseScript(kPair);
  ASSERT_TRUE(script.has_value()) << script.error().message;
  ASSERT_EQ(script->operations.size(), 6u);
  EXPECT_EQ(script->hosts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(script->operations[4].call, Call::kConnect);
  EXPECT_EQ(script->operations[4].peerHost, "a");
  EXPECT_EQ(script->operations[4].port, 80);
  EXPECT_FALSE(script->operations[4].settle);
  EXPECT_TRUE(script->operations[5].settle);
}

TEST(SocketScript, EveryOperationIsReadBackFromItsLine) {
  const std::string more = std::string(kPair) + R"({"op":"write","s":"c","n":10}
{"op":"write","s":"c","data":"text"}
{"op":"write","s":"c","data":"!","oob":true}
{"host":"b","op":"socket","s":"e","family":"inet6"}
{"op":"bind","s":"e","addr":"b:80","form":"any"}
{"op":"connect","s":"e","addr":"a:80","form":"mapped"}
{"op":"read","s":"d","n":10}
{"op":"peek","s":"d","n":10}
{"op":"shutdown","s":"c","how":"rdwr"}
{"op":"setsockopt","s":"c","name":"SO_LINGER","value":-1}
{"op":"getsockopt","s":"c","name":"SO_ERROR"}
{"op":"poll","s":"c"}
{"op":"state","s":"c"}
{"op":"sleep","ms":5}
{"op":"settle"}
{"op":"abort","s":"c"}
{"op":"close","s":"d"}
)";
  const auto script = parseScript(more);
  ASSERT_TRUE(script.has_value()) << script.error().message;
  std::string lines;
  for (const Operation& o : script->operations) lines += toLine(o) + "\n";
  std::string expected = more;
  // Empty lines are no operations; members have one order.
  expected.erase(expected.find("\n\n"), 1);
  EXPECT_EQ(lines, expected);
}

TEST(SocketScript, RefusesWhatItDoesNotKnowByLineAndMember) {
  EXPECT_EQ(refusal("nonsense"), R"(8: expected one JSON object, such as {"op":"read","s":"c","n":10})");
  EXPECT_EQ(refusal(R"({"op":"reed","s":"c","n":10})"), "8: op: there is no operation 'reed'; did you mean 'read'?");
  EXPECT_EQ(refusal(R"({"s":"c"})"), "8: op: expected a text");
  EXPECT_EQ(refusal(R"({"op":"read","s":"x","n":10})"), "8: s: there is no socket 'x' yet");
  EXPECT_EQ(refusal(R"({"op":"read","s":"c"})"), "8: n: expected a whole number from 1 to 67108864");
  EXPECT_EQ(refusal(R"({"op":"read","s":"c","n":10,"m":1})"), "8: read takes no 'm'; did you mean 's'?");
  EXPECT_EQ(refusal(R"({"op":"write","s":"c","n":10,"data":"x"})"), "8: write: expected one of n and data, found both");
  EXPECT_EQ(refusal(R"({"op":"shutdown","s":"c","how":"both"})"), "8: how: expected rd, wr or rdwr, found 'both'");
  EXPECT_EQ(refusal(R"({"op":"connect","s":"c","addr":"a"})"), "8: addr: expected host:port, found 'a'");
  EXPECT_EQ(refusal(R"({"op":"connect","s":"c","addr":"a:65536"})"), "8: addr: expected host:port, found 'a:65536'");
  EXPECT_EQ(refusal(R"({"op":"bind","s":"c","addr":"a:1"})"),
            "8: addr: a socket of host 'b' cannot be bound to host 'a'");
  EXPECT_EQ(refusal(R"({"op":"socket","host":"a","s":"c"})"), "8: s: there is a socket 'c' already");
  EXPECT_EQ(refusal(R"({"op":"accept","s":"l","as":"d"})"), "8: as: there is a socket 'd' already");
  EXPECT_EQ(refusal(R"({"op":"poll","s":"c","host":"a"})"), "8: host: socket 'c' is one of host 'b'");
  EXPECT_EQ(refusal(R"({"op":"poll","s":"c","settle":1})"), "8: settle: expected true or false");
  EXPECT_EQ(refusal(R"({"op":"socket","host":"a","s":"e","family":"ipv6"})"), "8: family: expected one of inet, inet6");
  EXPECT_EQ(refusal(R"({"op":"connect","s":"c","addr":"a:1","form":"all"})"),
            "8: form: expected one of own, any, mapped");
  EXPECT_EQ(refusal(R"({"op":"write","s":"c","n":1,"oob":"yes"})"), "8: oob: expected true or false");
  EXPECT_EQ(refusal(R"({"op":"setsockopt","s":"c","name":"SO_ERROR","value":1})"),
            "8: name: SO_ERROR can only be read");
  EXPECT_EQ(refusal(R"({"op":"setsockopt","s":"c","name":"SO_LINGER","value":5})"),
            "8: value: expected a whole number from -1 to 0");
  EXPECT_TRUE(
      refusal(R"({"op":"getsockopt","s":"c","name":"SO_COLOUR"})").starts_with("8: name: 'SO_COLOUR' is none of"));
}

TEST(SocketScript, HasBounds) {
  std::string many;
  for (int i = 0; i < 17; ++i) {
    const std::string n = std::to_string(i);
    many += R"({"op":"socket","host":"h)" + n + R"(","s":"s)" + n + "\"}\n";
  }
  EXPECT_EQ(parseScript(many).error().message, "17: host: a script has at most 16 hosts");
}

}  // namespace
}  // namespace orrery::sockets
