#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/unit/proxy/codec/http1/recorder.h"

// The one property that everything else leans on: what a run of bytes means does not depend on where it is cut.
namespace orrery::http1 {
namespace {

template <class... Words>
rc::Gen<std::string> oneOf(Words... words) {
  return rc::gen::element<std::string>(std::string(words)...);
}

rc::Gen<std::string> name() {
  return oneOf("Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "X-Envoy-Max-Retries", "A",
               "x-y_z", "Trailer", "Bad Name", "", "Host ");
}
rc::Gen<std::string> value() {
  return oneOf("a.test", "", " ", "5", "0", "chunked", "Chunked ", "gzip, chunked", "close", "keep-alive, upgrade",
               "websocket", "x\ty", "\x01", "two\r\n words", "\r\n folded", "\x80\xff", "5, 5", "99999999999999999999");
}
rc::Gen<std::string> lineEnd() { return rc::gen::weightedElement<std::string>({{20, "\r\n"}, {1, "\n"}, {1, "\r"}}); }
rc::Gen<std::string> field() {
  return rc::gen::apply([](const std::string& n, const std::string& colon, const std::string& v,
                           const std::string& end) { return n + colon + v + end; },
                        name(), rc::gen::weightedElement<std::string>({{10, ": "}, {3, ":"}, {2, ":\t  "}, {1, " :"}}),
                        value(), lineEnd());
}
rc::Gen<std::string> joined(rc::Gen<std::string> part, int atMost) {
  return rc::gen::map(rc::gen::resize(atMost, rc::gen::container<std::vector<std::string>>(std::move(part))),
                      [](const std::vector<std::string>& parts) {
                        std::string all;
                        for (const std::string& p : parts) all += p;
                        return all;
                      });
}
rc::Gen<std::string> startLine(MessageKind kind) {
  if (kind == MessageKind::kResponse) {
    return oneOf("HTTP/1.1 200 OK\r\n", "HTTP/1.1 204 No\r\n", "HTTP/1.0 304\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
                 "HTTP/1.1 101 S\r\n", "HTTP/1.1 9999 x\r\n", "HTTP/2.0 200 x\r\n");
  }
  const auto anyTarget = rc::gen::map(
      joined(oneOf("/", "a", "t://", "u", "@", ":8", "?", "#", "*", "\t", "\f", "\x01", "\x10", " ", "\r\n", "\x7f"),
             6),
      [](const std::string& target) { return "GET " + target + " HTTP/1.1\r\n"; });
  return rc::gen::weightedOneOf<std::string>(
      {{3, oneOf("GET / HTTP/1.1\r\n", "POST /p HTTP/1.1\r\n", "\r\nHEAD /h HTTP/1.0\r\n", "CONNECT a:1 HTTP/1.1\r\n",
                 "GET http://b.test:8/q?r HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\n", "OPTIONS / RTSP/1.0\r\n",
                 "GET /  HTTP/1.1\r\n", "GET /\r\n", "PRI * HTTP/2.0\r\n", "FOO / HTTP/1.1\r\n",
                 "GET ftp://x/ HTTP/1.1\r\n")},
       {1, anyTarget}});
}
rc::Gen<std::string> body() {
  return oneOf("", "hello", "5\r\nhello\r\n0\r\n\r\n", "2;a=b\r\nhi\r\n3\r\nabc\r\n0\r\nX-T: 1\r\nA: \r\n\r\n",
               "1\r\nab\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "zz\r\n", "0\r\nT: x\r\n y\r\n\r\n",
               "1\r\na\r\n0\r\nhOST: x\r\nT:\r\n\r\n", "1;a=\"b\"\r\nx\r\n0\r\n\r\n");
}
rc::Gen<std::string> message(MessageKind kind) {
  return rc::gen::apply([](const std::string& line, const std::string& fields,
                           const std::string& b) { return line + fields + "\r\n" + b; },
                        startLine(kind), joined(field(), 6), body());
}

std::vector<std::string> cutAt(const std::string& bytes, const std::vector<size_t>& cuts) {
  std::vector<std::string> out;
  size_t at = 0;
  for (const size_t cut : cuts) {
    const size_t n = std::min(bytes.size() - at, cut % 9 + 1);
    out.push_back(bytes.substr(at, n));
    at += n;
  }
  out.push_back(bytes.substr(at));
  return out;
}

bool holds(MessageKind kind) {
  return rc::check("events do not depend on the cutting", [kind] {
    const std::string bytes = *joined(message(kind), 3);
    const auto cuts = *rc::gen::container<std::vector<size_t>>(rc::gen::arbitrary<size_t>());
    RunOptions options;
    options.kind = kind;
    options.parser.enableTrailers = *rc::gen::arbitrary<bool>();
    options.parser.limits.maxCount = *rc::gen::inRange(0u, 8u);
    options.parser.limits.maxBytes = *rc::gen::inRange(20u, 200u);
    if (kind == MessageKind::kResponse) {
      options.method = *oneOf("GET", "HEAD", "CONNECT");
      options.endOfStream = true;
    }
    const std::string whole = run({bytes}, options);
    RC_ASSERT(run(cutAt(bytes, cuts), options) == whole);
    RunOptions sliced = options;
    sliced.blockBytes = 1;
    RC_ASSERT(run(cutAt(bytes, cuts), sliced) == whole);
    RC_ASSERT(run(cutEach(bytes, 1), options) == whole);
  });
}

TEST(Http1Cutting, RequestsMeanTheSameHoweverTheyAreCut) { EXPECT_TRUE(holds(MessageKind::kRequest)); }
TEST(Http1Cutting, ResponsesMeanTheSameHoweverTheyAreCut) { EXPECT_TRUE(holds(MessageKind::kResponse)); }

}  // namespace
}  // namespace orrery::http1
