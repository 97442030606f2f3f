#include <gtest/gtest.h>

#include "tests/unit/proxy/codec/http1/recorder.h"

namespace orrery::http1 {
namespace {

// The events of a response to `method`, the stream ended after it; equal for all cuttings into 1 to 5 byte pieces.
std::string parse(const std::string& bytes, const std::string& method = "GET", bool endOfStream = false) {
  RunOptions options;
  options.kind = MessageKind::kResponse;
  options.method = method;
  options.endOfStream = endOfStream;
  const std::string whole = run({bytes}, options);
  for (size_t n = 1; n <= 5; ++n) EXPECT_EQ(run(cutEach(bytes, n), options), whole) << n;
  return whole;
}

TEST(Http1Response, BodyByLength) {
  EXPECT_EQ(
      parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nHost: kept\r\n\r\nhi"),
      "begin\n:status: 200\ncontent-length: 2\nhost: kept\nhead minor=1 keep length=2 body\nbody 'hi'\ncomplete\n");
}

TEST(Http1Response, BodyByChunksMergedPerDispatch) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n"),
            "begin\n:status: 200\ntransfer-encoding: chunked\nhead minor=1 keep chunked body\nbody 'hi!'\ncomplete\n");
}

TEST(Http1Response, ManyChunksOfOneDispatchAreOneCall) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(MessageKind::kResponse, {}, recorder);
  buffer::Buffer input(blocks);
  input.append("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n");
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.bodyCalls, 1);
}

TEST(Http1Response, WithoutLengthTheBodyEndsWithTheStream) {
  const std::string head = "begin\n:status: 200\nhead minor=1 close body eof\n";
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\nabc", "GET", true), head + "body 'abc'\ncomplete\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\n", "GET", true), head + "complete\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\nabc"), head + "body 'abc'\n");
}

TEST(Http1Response, ACutBodyIsAnError) {
  EXPECT_EQ(
      parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "GET", true),
      "begin\n:status: 200\ncontent-length: 3\nhead minor=1 keep length=3 body\nbody 'ab'\nerror http1.codec_error\n");
}

TEST(Http1Response, HeadHasNoBodyWhateverItSays) {
  const std::string next = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  const std::string nextSeen = "begin\n:status: 200\ncontent-length: 0\nhead minor=1 keep length=0\ncomplete\n";
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + next, "HEAD"),
            "begin\n:status: 200\ncontent-length: 3\nhead minor=1 keep length=3\ncomplete\n" + nextSeen);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\n" + next, "HEAD"),
            "begin\n:status: 200\nhead minor=1 keep\ncomplete\n" + nextSeen);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + next, "HEAD"),
            "begin\n:status: 200\ntransfer-encoding: chunked\nhead minor=1 keep chunked\ncomplete\n" + nextSeen);
}

TEST(Http1Response, StatusesThatNeverHaveABody) {
  EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\n\r\n"), "begin\n:status: 204\nhead minor=1 keep\ncomplete\n");
  EXPECT_EQ(parse("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
            "begin\n:status: 304\ncontent-length: 5\nhead minor=1 keep length=5\ncomplete\n");
  EXPECT_EQ(parse("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 x\r\n\r\n"),
            "begin\n:status: 100\nhead minor=1 keep\ncomplete\nbegin\n:status: 204\nhead minor=1 keep\ncomplete\n");
}

TEST(Http1Response, InterimResponsesKeepTheMethodOfTheRequest) {
  EXPECT_EQ(parse("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD"),
            "begin\n:status: 103\nhead minor=1 keep\ncomplete\n"
            "begin\n:status: 200\ncontent-length: 9\nhead minor=1 keep length=9\ncomplete\n");
}

TEST(Http1Response, GrantedProtocolChangesEndTheMessage) {
  for (const auto& [bytes, method] :
       {std::pair{"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nraw", "GET"},
        std::pair{"HTTP/1.1 101 Switching\r\n\r\nraw", "GET"},
        std::pair{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nraw", "CONNECT"}}) {
    SCOPED_TRACE(bytes);
    buffer::BlockPool blocks;
    Recorder recorder;
    MessageParser parser(MessageKind::kResponse, {}, recorder);
    parser.expectResponseTo(method);
    buffer::Buffer input(blocks);
    input.append(bytes);
    EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
    EXPECT_EQ(recorder.messages, 1);
    EXPECT_TRUE(parser.upgraded());
    EXPECT_EQ(input.toString(), "raw");
  }
}

TEST(Http1Response, ARefusedConnectIsAnOrdinaryResponse) {
  EXPECT_EQ(parse("HTTP/1.1 403 Forbidden\r\nContent-Length: 1\r\n\r\nx", "CONNECT"),
            "begin\n:status: 403\ncontent-length: 1\nhead minor=1 keep length=1 body\nbody 'x'\ncomplete\n");
}

TEST(Http1Response, KeepAliveAsTheMessageSays) {
  EXPECT_EQ(parse("HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"),
            "begin\n:status: 204\nconnection: close\nhead minor=1 close\ncomplete\n");
  EXPECT_EQ(parse("HTTP/1.0 204 x\r\n\r\n"), "begin\n:status: 204\nhead minor=0 close\ncomplete\n");
  EXPECT_EQ(parse("HTTP/1.0 204 x\r\nConnection: keep-alive\r\n\r\n"),
            "begin\n:status: 204\nconnection: keep-alive\nhead minor=0 keep\ncomplete\n");
}

TEST(Http1Response, OddButHarmlessStatusLines) {
  EXPECT_EQ(parse("HTTP/1.1 99\r\ncontent-length: 0\r\n\r\n"),
            "begin\n:status: 99\nhead minor=1 keep length=0\ncomplete\n");
  EXPECT_EQ(parse("HTTP/1.1 000 what\r\ncontent-length: 0\r\n\r\n"),
            "begin\n:status: 0\nhead minor=1 keep length=0\ncomplete\n");
}

TEST(Http1Response, MalformedOnesAreRefused) {
  EXPECT_EQ(parse("ICY 200 OK\r\n\r\n"), "begin\nerror http1.codec_error\n");
  EXPECT_EQ(parse("HTTP/1.1 2000 OK\r\n\r\n"), "begin\nerror http1.codec_error\n");
  EXPECT_EQ(parse("HTTP/2.0 200 OK\r\n\r\n"), "begin\nerror http1.codec_error\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"), "begin\nerror http1.codec_error\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
            "begin\nerror http1.invalid_transfer_encoding\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "begin\nerror http1.invalid_transfer_encoding\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "begin\nerror http1.content_length_and_chunked_not_allowed\n");
}

TEST(Http1Response, FramingOfABodyThatCannotBeIsRefused) {
  EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), "begin\nerror http1.codec_error\n");
  EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"), "begin\nerror http1.codec_error\n");
  EXPECT_EQ(parse("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n"), "begin\nerror http1.codec_error\n");
}

}  // namespace
}  // namespace orrery::http1
