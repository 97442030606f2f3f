#include <gtest/gtest.h>

#include "tests/unit/proxy/codec/http1/recorder.h"

namespace orrery::http1 {
namespace {

// What Envoy makes of these, measured at 1.40 (tests/differential/differences.yaml).
struct Lenient : testing::Test {
  Lenient() {
    options.parser.lenient = true;
    options.parser.enableTrailers = true;
  }
  // The same wherever it is cut in two.
  std::string read(const std::string& bytes) const {
    const std::string whole = run({bytes}, options);
    for (size_t i = 1; i < bytes.size(); ++i) {
      EXPECT_EQ(run({bytes.substr(0, i), bytes.substr(i)}, options), whole) << "cut at " << i;
    }
    return whole;
  }
  // As a strict parser reads the other.
  void expectAs(const std::string& bytes, const std::string& other) const {
    RunOptions strict = options;
    strict.parser.lenient = false;
    EXPECT_EQ(read(bytes), run({other}, strict)) << bytes;
  }
  RunOptions options;
};

TEST_F(Lenient, WhatIsStrictIsReadAsBefore) {
  for (const std::string message :
       {"GET / HTTP/1.1\r\nhost: h\r\nfoo:  bar \r\n\r\n", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\nab\r\n0\r\nx: y\r\n\r\n",
        "\r\nGET /1 HTTP/1.1\r\nhost: h\r\n\r\nGET /2 HTTP/1.1\r\nhost: h\r\n\r\n",
        "CONNECT h:80 HTTP/1.1\r\nhost: h\r\n\r\n"}) {
    expectAs(message, message);
  }
}

TEST_F(Lenient, LinesMayEndInABareLineFeed) {
  expectAs("GET / HTTP/1.1\nhost: h\n\n", "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  expectAs("GET / HTTP/1.1\r\nhost: h\nfoo: bar\r\n\r\n", "GET / HTTP/1.1\r\nhost: h\r\nfoo: bar\r\n\r\n");
}

TEST_F(Lenient, ACarriageReturnInsideOfALineIsTakenOut) {
  expectAs("GET / HTTP/1.1\r\nhost: h\r\nfoo: b\rar\r\n\r\n", "GET / HTTP/1.1\r\nhost: h\r\nfoo: bar\r\n\r\n");
}

TEST_F(Lenient, FoldedLinesAreOne) {
  expectAs("GET / HTTP/1.1\r\nhost: h\r\nfoo: bar\r\n \t baz\r\n\tqux\r\n\r\n",
           "GET / HTTP/1.1\r\nhost: h\r\nfoo: bar baz qux\r\n\r\n");
  // There is nothing that the first line could go on.
  EXPECT_NE(read("GET / HTTP/1.1\r\n foo: bar\r\n\r\n").find("http1.codec_error"), std::string::npos);
}

TEST_F(Lenient, WordsOfTheRequestLineMayBePartedByAnyBlanks) {
  expectAs("GET\t/ \t HTTP/1.1 \r\nhost: h\r\n\r\n", "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
}

TEST_F(Lenient, OfAChunksLineOnlyTheSizeCounts) {
  const std::string head = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
  expectAs(head + "2 \r\nab\r\n0\r\n\r\n", head + "2\r\nab\r\n0\r\n\r\n");
  expectAs(head + "2;a=b;c=d\r\nab\r\n0;e\r\n\r\n", head + "2\r\nab\r\n0\r\n\r\n");
  expectAs(head + "2\r\nabc\r\n0\r\n\r\n", head + "2\r\nab\r\n0\r\n\r\n");
  EXPECT_NE(read(head + "x\r\n").find("http1.codec_error"), std::string::npos);
  EXPECT_NE(read(head + "2x\r\nab\r\n").find("http1.codec_error"), std::string::npos);
}

// Found by fuzzing: the rewriter looked at 16 digits and took the chunk for the last one, the parser for a long one.
TEST_F(Lenient, ZerosBeforeAChunksSizeCountForNothing) {
  const std::string head = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
  const std::string zeros(70, '0');
  expectAs(head + zeros + "2;a\r\nab\r\n" + zeros + "\r\n\r\n", head + "2\r\nab\r\n0\r\n\r\n");
  EXPECT_NE(read(head + zeros + "10000000000000000;a\r\nab\r\n").find("http1.codec_error"), std::string::npos);
  EXPECT_NE(read(head + "10000000000000000\r\nab\r\n").find("http1.codec_error"), std::string::npos);
}

TEST_F(Lenient, TwoHostsAreJoined) {
  const std::string said = read("GET / HTTP/1.1\r\nhost: h\r\nhost: i\r\n\r\n");
  EXPECT_NE(said.find(":authority: h,i\n"), std::string::npos) << said;
}

TEST_F(Lenient, ResponsesToo) {
  options.kind = MessageKind::kResponse;
  options.method = "GET";
  expectAs("HTTP/1.1 200 OK\ncontent-length: 2\nfoo: a\n b\n\nok",
           "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nfoo: a b\r\n\r\nok");
  expectAs("HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  options.endOfStream = true;
  expectAs("HTTP/1.1 200 OK\n\nuntil the end", "HTTP/1.1 200 OK\r\n\r\nuntil the end");
}

TEST_F(Lenient, SectionsAreBoundedWhileTheyArrive) {
  options.parser.limits.maxBytes = 64;
  const std::string said = read("GET / HTTP/1.1\nfoo: " + std::string(100, 'a'));
  EXPECT_NE(said.find("http1.headers_too_large"), std::string::npos) << said;
}

TEST_F(Lenient, BytesAreCountedAsTheyCame) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(MessageKind::kRequest, options.parser, recorder);
  buffer::Buffer input(blocks);
  const std::string message =
      "POST  /  HTTP/1.1\nhost: h\r\ntransfer-encoding: chunked\n\n2;a=b;c=d\r\nabc\r\n0\r\n\r\n";
  input.append(message);
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.messages, 1);
  EXPECT_EQ(parser.messageBytes(), message.size());
}

TEST(CustomMethods, AnyTokenIsOne) {
  RunOptions options;
  options.parser.allowCustomMethods = true;
  for (const bool lenient : {false, true}) {
    options.parser.lenient = lenient;
    for (const std::string method : {"FOO", "get", "X-1", "GET", "CONNECTED", "PRI", "SOURCE"}) {
      const std::string bytes = method + " /a HTTP/1.1\r\nhost: h\r\n\r\n";
      const std::string whole = run({bytes}, options);
      EXPECT_TRUE(whole.starts_with("begin\n:method: " + method + "\n:path: /a\n")) << whole;
      EXPECT_NE(whole.find("complete\n"), std::string::npos) << whole;
      for (size_t i = 1; i < bytes.size(); ++i) {
        EXPECT_EQ(run({bytes.substr(0, i), bytes.substr(i)}, options), whole) << method << " cut at " << i;
      }
    }
    EXPECT_TRUE(run({"CONNECT h:80 HTTP/1.1\r\nhost: h\r\n\r\n"}, options).starts_with("begin\n:method: CONNECT\n"));
    EXPECT_NE(run({"F(O / HTTP/1.1\r\nhost: h\r\n\r\n"}, options).find("http1.codec_error"), std::string::npos);
    EXPECT_NE(run({" / HTTP/1.1\r\nhost: h\r\n\r\n"}, options).find("http1.codec_error"), std::string::npos);
  }
}

TEST(CustomMethods, AreRefusedUnlessTheyAreAllowed) {
  EXPECT_NE(run({"FOO / HTTP/1.1\r\nhost: h\r\n\r\n"}, {}).find("http1.codec_error"), std::string::npos);
}

}  // namespace
}  // namespace orrery::http1
