#include "proxy/codec/http1/writer.h"

#include <gtest/gtest.h>

#include "proxy/base/arena.h"

namespace orrery::http1 {
namespace {

using message::HeaderId;

struct Writer : testing::Test {
  buffer::BlockPool blocks;
  ArenaPool pool;
  Arena arena{pool};
  message::HeaderMap headers{arena};
  buffer::Buffer out{blocks};

  std::string response(BodyFraming framing, const WriteOptions& options = {}) {
    out.clear();
    writeResponseHead(headers, framing, options, out);
    return out.toString();
  }
  std::string request(BodyFraming framing, const WriteOptions& options = {}) {
    out.clear();
    writeRequestHead(headers, framing, options, out);
    return out.toString();
  }
};
using Http1Writer = Writer;

TEST_F(Http1Writer, RequestHeadHasHostFirst) {
  headers.add(HeaderId::kMethod, "GET");
  headers.add(HeaderId::kPath, "/p?q");
  headers.add("x-a", "1");
  headers.add(HeaderId::kAuthority, "a.test");
  headers.add("x-b", "");
  EXPECT_EQ(request(BodyFraming::kNone), "GET /p?q HTTP/1.1\r\nhost: a.test\r\nx-a: 1\r\nx-b: \r\n\r\n");
}

TEST_F(Http1Writer, ConnectIsWrittenWithItsAuthority) {
  headers.add(HeaderId::kMethod, "CONNECT");
  headers.add(HeaderId::kAuthority, "a.test:443");
  EXPECT_EQ(request(BodyFraming::kNone), "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\n\r\n");
}

TEST_F(Http1Writer, TheFramingDecidesAboutLengthFields) {
  headers.add(HeaderId::kStatus, "200");
  headers.add(HeaderId::kTransferEncoding, "Chunked");
  headers.add(HeaderId::kContentLength, "3");
  EXPECT_EQ(response(BodyFraming::kContentLength), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n");
  EXPECT_EQ(response(BodyFraming::kNone), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n");
  EXPECT_EQ(response(BodyFraming::kChunked), "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
  EXPECT_EQ(response(BodyFraming::kUntilClose, {.minor = 0}), "HTTP/1.0 200 OK\r\n\r\n");
}

TEST_F(Http1Writer, ProperCase) {
  headers.add(HeaderId::kStatus, "418");
  headers.add(HeaderId::kContentLength, "0");
  headers.add(HeaderId::kEnvoyUpstreamServiceTime, "1");
  headers.add("x-a_b1c-2d", "Kept");
  EXPECT_EQ(
      response(BodyFraming::kContentLength, {.properCase = true}),
      "HTTP/1.1 418 Unknown\r\nContent-Length: 0\r\nX-Envoy-Upstream-Service-Time: 1\r\nX-A_B1c-2d: Kept\r\n\r\n");
}

TEST_F(Http1Writer, LongHeadsAreWhole) {
  headers.add(HeaderId::kStatus, "200");
  std::string expected = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 60; ++i) {
    const std::string value(static_cast<size_t>(i) * 61, static_cast<char>('a' + i % 26));
    headers.add("x-field", value);
    expected += "x-field: " + value + "\r\n";
  }
  EXPECT_EQ(response(BodyFraming::kNone), expected + "\r\n");
}

TEST_F(Http1Writer, ChunksMoveTheirBytes) {
  const std::string body(0x402, 'z');  // more than is copied
  buffer::Buffer data(blocks);
  data.append(body);
  const char* const bytes = data.front().data;
  writeChunk(data, out);
  EXPECT_TRUE(data.empty());
  EXPECT_EQ(out.toString(), "402\r\n" + body + "\r\n");
  buffer::Piece pieces[3];
  ASSERT_EQ(out.pieces(pieces), 2u);  // the line end fits behind the data
  EXPECT_EQ(pieces[1].data, bytes);
}

TEST_F(Http1Writer, LastChunkWithAndWithoutTrailers) {
  writeLastChunk(nullptr, {}, out);
  EXPECT_EQ(out.toString(), "0\r\n\r\n");
  out.clear();
  headers.add("x-t", "1");
  writeLastChunk(&headers, {}, out);
  EXPECT_EQ(out.toString(), "0\r\nx-t: 1\r\n\r\n");
}

TEST_F(Http1Writer, ReasonPhrases) {
  EXPECT_EQ(reasonPhrase(200), "OK");
  EXPECT_EQ(reasonPhrase(413), "Payload Too Large");
  EXPECT_EQ(reasonPhrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reasonPhrase(102), "Unknown");
  EXPECT_EQ(reasonPhrase(0), "Unknown");
}

}  // namespace
}  // namespace orrery::http1
