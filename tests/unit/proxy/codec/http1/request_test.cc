#include <gtest/gtest.h>

#include "tests/unit/proxy/codec/http1/recorder.h"

namespace orrery::http1 {
namespace {

struct Case {
  const char* name;
  std::string bytes;
  std::string expected;
};

// Each case is also replayed cut into 1 to 7 byte pieces.
void check(const std::vector<Case>& cases, const RunOptions& options = {}) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(run({c.bytes}, options), c.expected);
    RunOptions sliced = options;
    sliced.blockBytes = 1;
    for (size_t n = 1; n <= 7; ++n) {
      SCOPED_TRACE(n);
      EXPECT_EQ(run(cutEach(c.bytes, n), options), c.expected);
      EXPECT_EQ(run(cutEach(c.bytes, n), sliced), c.expected);
    }
  }
}

TEST(Http1Request, FieldsAreLoweredTrimmedAndInOrder) {
  check(
      {{"plain", "GET /a?b=c HTTP/1.1\r\nHost: x.test\r\nUser-Agent:  curl \t\r\nX-Odd_Name:\r\nx-odd_name: 2\r\n\r\n",
        "begin\n:method: GET\n:path: /a?b=c\n:authority: x.test\nuser-agent: curl\nx-odd_name: \nx-odd_name: 2\n"
        "head minor=1 keep\ncomplete\n"},
       {"empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "begin\n:method: GET\n:path: /\n:authority: a\nhead minor=1 keep\ncomplete\n"},
       {"host last", "GET / HTTP/1.1\r\nA: 1\r\nHOST: a\r\n\r\n",
        "begin\n:method: GET\n:path: /\n:authority: a\na: 1\nhead minor=1 keep\ncomplete\n"},
       {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "begin\nerror http1.codec_error\n"},
       {"no name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", "begin\nerror http1.codec_error\n"},
       {"a version that may come", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "begin\nerror low_version\n"},
       {"a line that ends in the place of the target", "GET \r\n\r\n", "begin\nerror http1.codec_error\n"},
       {"a control character in the target", "GET /\x01 HTTP/1.1\r\n\r\n", "begin\nerror http1.invalid_characters\n"},
       {"a tab in the target", "GET /a\tb HTTP/1.1\r\n\r\n", "begin\nerror http1.invalid_characters\n"},
       {"a second at before a control character", "GET t://u@@\x10 HTTP/1.1\r\n\r\n",
        "begin\nerror http1.codec_error\n"},
       {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "begin\n:method: GET\n:path: /\n:authority: \nhead minor=1 keep\ncomplete\n"},
       {"a long name", "GET / HTTP/1.1\r\nX-Quite-Long-Header-Name-That-Nobody-Would-Ever-Use-Anywhere: v\r\n\r\n",
        "begin\n:method: GET\n:path: /\nx-quite-long-header-name-that-nobody-would-ever-use-anywhere: v\n"
        "head minor=1 keep\ncomplete\n"}});
}

TEST(Http1Request, TargetsOfAllForms) {
  check({{"absolute replaces host", "GET HTTP://b.test:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n",
          "begin\n:method: GET\n:path: /p?q\n:scheme: http\n:authority: b.test:81\nhead minor=1 keep\ncomplete\n"},
         {"absolute without path", "GET https://b.test HTTP/1.1\r\n\r\n",
          "begin\n:method: GET\n:path: /\n:scheme: https\n:authority: b.test\nhead minor=1 keep\ncomplete\n"},
         {"absolute with query only", "GET http://b.test?x HTTP/1.1\r\n\r\n",
          "begin\n:method: GET\n:path: /?x\n:scheme: http\n:authority: b.test\nhead minor=1 keep\ncomplete\n"},
         {"other scheme", "GET ftp://b.test/ HTTP/1.1\r\n\r\n", "begin\nerror http1.invalid_scheme\n"},
         {"no host", "GET http:///p HTTP/1.1\r\n\r\n", "begin\nerror http1.invalid_url\n"},
         {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
          "begin\n:method: OPTIONS\n:path: *\n:authority: a\nhead minor=1 keep\ncomplete\n"},
         {"connect", "CONNECT a.test:443 HTTP/1.1\r\nHost: b\r\n\r\n",
          "begin\n:method: CONNECT\n:authority: a.test:443\nhead minor=1 keep upgrade\ncomplete\n"},
         {"connect without port", "CONNECT a.test HTTP/1.1\r\n\r\n", "begin\nerror http1.invalid_url\n"},
         {"connect with a body", "CONNECT a.test:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
          "begin\nerror http1.body_disallowed\n"}});
}

TEST(Http1Request, AnAbsoluteTargetStaysWholeWhereThatIsConfigured) {
  RunOptions options;
  options.parser.allowAbsoluteUrl = false;
  check({{"kept", "GET http://b.test/p HTTP/1.1\r\nHost: a\r\n\r\n",
          "begin\n:method: GET\n:path: http://b.test/p\n:authority: a\nhead minor=1 keep\ncomplete\n"}},
        options);
}

TEST(Http1Request, BodiesByLengthAndChunks) {
  check(
      {{"length", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        "begin\n:method: POST\n:path: /\ncontent-length: 5\nhead minor=1 keep length=5 body\nbody 'hello'\ncomplete\n"},
       {"leading zeros", "POST / HTTP/1.1\r\nContent-Length: 005\r\n\r\nhello",
        "begin\n:method: POST\n:path: /\ncontent-length: 005\nhead minor=1 keep length=5 body\nbody "
        "'hello'\ncomplete\n"},
       {"length zero", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "begin\n:method: POST\n:path: /\ncontent-length: 0\nhead minor=1 keep length=0\ncomplete\n"},
       {"chunks", "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\n\r\n",
        "begin\n:method: POST\n:path: /\ntransfer-encoding: Chunked\nhead minor=1 keep chunked body\nbody 'hello "
        "world'\ncomplete\n"},
       {"trailers are dropped",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-T: 1\r\nConnection: close\r\n\r\n",
        "begin\n:method: POST\n:path: /\ntransfer-encoding: chunked\nhead minor=1 keep chunked body\nbody "
        "'a'\ncomplete\n"}});
}

TEST(Http1Request, TrailersWhenEnabled) {
  RunOptions options;
  options.parser.enableTrailers = true;
  options.parser.limits.maxBytes = 60;
  options.parser.limits.maxCount = 2;
  const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
  const std::string seen =
      "begin\n:method: POST\n:path: /\ntransfer-encoding: chunked\nhead minor=1 keep chunked body\nbody 'a'\n";
  check({{"two", head + "X-T: 1\r\nX-U:\r\n\r\n", seen + "trailers\nx-t: 1\nx-u: \ncomplete\n"},
         {"none", head + "\r\n", seen + "complete\n"},
         {"too many", head + "a: 1\r\nb: 2\r\nc: 3\r\n\r\n", seen + "error http1.too_many_headers\n"},
         {"too large", head + "a: " + std::string(70, 'x') + "\r\n\r\n", seen + "error http1.headers_too_large\n"}},
        options);
}

TEST(Http1Request, FramingThatCouldBeReadInTwoWaysIsRefused) {
  const std::string get = "begin\nerror http1.codec_error\n";
  check({
      {"length and chunked", "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na",
       "begin\nerror http1.content_length_and_chunked_not_allowed\n"},
      {"chunked and length", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\na",
       "begin\nerror http1.content_length_and_chunked_not_allowed\n"},
      {"two equal lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", get},
      {"list of lengths", "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\na", get},
      {"signed length", "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na", get},
      {"hex length", "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\na", get},
      {"empty length", "POST / HTTP/1.1\r\nContent-Length:\r\n\r\na", get},
      {"length of 2^64", "POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\na", get},
      {"gzip", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "begin\nerror http1.invalid_transfer_encoding\n"},
      {"gzip, chunked", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       "begin\nerror http1.invalid_transfer_encoding\n"},
      {"chunked twice", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
       "begin\nerror http1.invalid_transfer_encoding\n"},
      {"xchunked", "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
       "begin\nerror http1.invalid_transfer_encoding\n"},
      {"space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", get},
      {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", get},
      {"folded value", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", get},
      {"folded empty value", "GET / HTTP/1.1\r\nA:\r\n c\r\n\r\n", get},
      {"folded spaces", "GET / HTTP/1.1\r\nA:\r\n \r\n\r\n", get},
      {"folded chunked", "POST / HTTP/1.1\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", get},
      {"bare CR in the end of the head", "GET / HTTP/1.1\r\nA: b\r\n\rX", get},
      {"bare LF after a field", "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", "begin\nerror http1.invalid_characters\n"},
      {"NUL in a value", std::string("GET / HTTP/1.1\r\nA: b") + '\0' + "\r\n\r\n",
       "begin\nerror http1.invalid_characters\n"},
      {"NUL in a name", std::string("GET / HTTP/1.1\r\nA") + '\0' + ": b\r\n\r\n", get},
      {"unknown method", "FETCH / HTTP/1.1\r\n\r\n", get},
      {"garbage", "\x16\x03\x01\x02", get},
      {"RTSP", "OPTIONS / RTSP/1.0\r\n\r\n", get},
      {"ICE", "SOURCE / ICE/1.0\r\n\r\n", get},
      {"HTTP/2", "GET / HTTP/2.0\r\n\r\n", "begin\nerror low_version\n"},
      {"preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", get},
  });
}

TEST(Http1Request, BadChunksAreRefusedAfterTheBytesBeforeThem) {
  const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string seen =
      "begin\n:method: POST\n:path: /\ntransfer-encoding: chunked\nhead minor=1 keep chunked body\n";
  const std::string error = "error http1.codec_error\n";
  check({{"no size", head + "\r\n", seen + error},
         {"sign", head + "+1\r\na\r\n", seen + error},
         {"prefix", head + "0x1\r\na\r\n", seen + error},
         {"space", head + "1 \r\na\r\n", seen + error},
         {"overflow", head + "11111111111111111\r\n", seen + error},
         {"longer than its size", head + "1\r\nab\r\n", seen + "body 'a'\n" + error},
         {"bare LF", head + "1\na\r\n", seen + error},
         {"bad second size", head + "1\r\na\r\nzz\r\n", seen + "body 'a'\n" + error},
         {"endless extension", head + "1;" + std::string(17 * 1024, 'x'), seen + error}});
}

TEST(Http1Request, KeepAliveAsTheMessageSays) {
  check({{"close", "GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n",
          "begin\n:method: GET\n:path: /\nconnection: foo, Close\nhead minor=1 close\ncomplete\n"},
         {"1.0", "GET / HTTP/1.0\r\n\r\n", "begin\n:method: GET\n:path: /\nhead minor=0 close\ncomplete\n"},
         {"1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "begin\n:method: GET\n:path: /\nconnection: keep-alive\nhead minor=0 keep\ncomplete\n"},
         {"0.9", "GET /\r\n\r\n", "begin\n:method: GET\n:path: /\nhead minor=0 close\ncomplete\n"},
         {"upgrade", "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
          "begin\n:method: GET\n:path: /\nconnection: upgrade\nupgrade: websocket\nhead minor=1 keep "
          "upgrade\ncomplete\n"}});
}

TEST(Http1Request, ARequestAfterConnectionCloseIsStillParsed) {
  check({{"two", "GET /1 HTTP/1.1\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
          "begin\n:method: GET\n:path: /1\nconnection: close\nhead minor=1 close\ncomplete\n"
          "begin\n:method: GET\n:path: /2\nhead minor=1 keep\ncomplete\n"}});
}

TEST(Http1Request, DispatchStopsAfterOneMessage) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(MessageKind::kRequest, {}, recorder);
  buffer::Buffer input(blocks);
  const std::string_view second = "GET /2 HTTP/1.1\r\n\r\n";
  input.append("GET /1 HTTP/1.1\r\n\r\n");
  input.append(second);
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.messages, 1);
  EXPECT_EQ(input.size(), second.size());
  EXPECT_EQ(parser.messageBytes(), 19u);
  EXPECT_FALSE(parser.midMessage());
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.messages, 2);
  EXPECT_TRUE(input.empty());
}

TEST(Http1Request, LimitsAreExactToTheByteAndTheField) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
  for (const size_t n : {size_t{1}, size_t{5}, head.size()}) {
    SCOPED_TRACE(n);
    RunOptions fits;
    fits.parser.limits.maxBytes = static_cast<uint32_t>(head.size());
    EXPECT_TRUE(run(cutEach(head, n), fits).ends_with("complete\n"));
    RunOptions tooSmall;
    tooSmall.parser.limits.maxBytes = static_cast<uint32_t>(head.size() - 1);
    EXPECT_EQ(run(cutEach(head, n), tooSmall), "begin\nerror http1.headers_too_large\n");
    RunOptions two;
    two.parser.limits.maxCount = 2;  // Host counts
    EXPECT_TRUE(run(cutEach(head, n), two).ends_with("complete\n"));
    RunOptions one;
    one.parser.limits.maxCount = 1;
    EXPECT_EQ(run(cutEach(head, n), one), "begin\nerror http1.too_many_headers\n");
  }
}

TEST(Http1Request, LimitsCountAnewForEachMessage) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  RunOptions options;
  options.parser.limits.maxBytes = static_cast<uint32_t>(head.size());
  options.parser.limits.maxCount = 1;
  const std::string one = "begin\n:method: GET\n:path: /\n:authority: a\nhead minor=1 keep\ncomplete\n";
  EXPECT_EQ(run({head + head + head}, options), one + one + one);
}

TEST(Http1Request, APauseHoldsEverythingAfterIt) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(MessageKind::kRequest, {}, recorder);
  recorder.parser = &parser;
  recorder.pauseAtHead = true;
  recorder.pauseAtBody = true;
  buffer::Buffer input(blocks);
  input.append("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_TRUE(parser.headersComplete());
  EXPECT_EQ(recorder.bodyCalls, 0);
  EXPECT_EQ(input.size(), 2u);
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.bodyCalls, 1);
  EXPECT_EQ(recorder.messages, 0);
  EXPECT_TRUE(parser.midMessage());
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.messages, 1);
}

TEST(Http1Request, APauseAtAHeadWithoutBodyHoldsTheEnd) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(MessageKind::kRequest, {}, recorder);
  recorder.parser = &parser;
  recorder.pauseAtHead = true;
  buffer::Buffer input(blocks);
  input.append("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.messages, 0);
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(recorder.messages, 1);
}

TEST(Http1Request, BodyBytesAreSharedNotCopied) {
  buffer::BlockPool blocks;
  struct Keeper final : ParserCallbacks {
    explicit Keeper(buffer::BlockPool& p) : kept(p) {}
    message::HeaderMap& onMessageBegin() override { return map; }
    void onHeadersComplete(const Framing&) override {}
    void onBody(buffer::Buffer& data) override { kept.move(data); }
    message::HeaderMap* onTrailersBegin() override { return nullptr; }
    void onMessageComplete() override {}
    ArenaPool pool;
    Arena arena{pool};
    message::HeaderMap map{arena};
    buffer::Buffer kept;
  } keeper(blocks);
  MessageParser parser(MessageKind::kRequest, {}, keeper);
  buffer::Buffer input(blocks);
  input.append("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
  const char* const bytes = input.front().data;
  EXPECT_EQ(parser.dispatch(input), ParseError::kNone);
  EXPECT_EQ(keeper.kept.toString(), "hello");
  EXPECT_EQ(keeper.kept.front().data, bytes + 38);
  EXPECT_EQ(blocks.liveBlocks(), 1u);
}

TEST(Http1Request, TheEndOfTheStreamInsideAMessageIsAnError) {
  RunOptions options;
  options.endOfStream = true;
  check({{"nothing", "", ""},
         {"between", "GET / HTTP/1.1\r\n\r\n", "begin\n:method: GET\n:path: /\nhead minor=1 keep\ncomplete\n"},
         {"in the head", "GET / HT", "begin\nerror http1.codec_error\n"},
         {"in the body", "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na",
          "begin\n:method: POST\n:path: /\ncontent-length: 2\nhead minor=1 keep length=2 body\nbody 'a'\nerror "
          "http1.codec_error\n"}},
        options);
}

TEST(Http1Request, AfterAnErrorEverythingIsRefused) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(MessageKind::kRequest, {}, recorder);
  buffer::Buffer input(blocks);
  input.append("\x01");
  EXPECT_EQ(parser.dispatch(input), ParseError::kCodecError);
  input.append("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(parser.dispatch(input), ParseError::kCodecError);
  EXPECT_EQ(parser.finish(), ParseError::kCodecError);
  EXPECT_EQ(parser.error(), ParseError::kCodecError);
  EXPECT_EQ(recorder.messages, 0);
}

}  // namespace
}  // namespace orrery::http1
