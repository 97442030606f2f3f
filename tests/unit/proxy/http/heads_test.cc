#include <gtest/gtest.h>

#include "tests/unit/proxy/http/http_world.h"

// Whole exchanges, byte for byte as Envoy 1.40 answers them (without the date).
namespace orrery::http {
namespace {

struct Case {
  const char* name;
  const char* request;
  const char* response;
  const char* line;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

constexpr char kBadRequest[] =
    "HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\ncontent-type: text/plain\r\nserver: envoy\r\n"
    "connection: close\r\n\r\nBad Request";
constexpr char kEmpty400[] =
    "HTTP/1.1 400 Bad Request\r\nserver: envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

constexpr Case kCases[] = {
    {"plain", "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", kOk, "GET /a 200 - via_test"},
    {"head", "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\n\r\n",
     "HEAD /a 200 - via_test"},
    {"empty_lines_first", "\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", kOk, "GET /a 200 - via_test"},
    {"absolute", "GET http://x.y:81/a?b HTTP/1.1\r\nHost: h\r\n\r\n", kOk, "GET /a?b 200 - via_test"},
    {"empty_host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n", kOk, "GET /a 200 - via_test"},
    {"missing_host", "GET /a HTTP/1.1\r\n\r\n", kEmpty400, "GET /a 400 - missing_host_header"},
    {"host_taken_away", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: host\r\n\r\n", kEmpty400,
     "GET /a 400 - missing_host_header"},
    {"bad_host", "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", kBadRequest, "- - 400 DPE http.invalid_authority"},
    {"garbage", "\x01\x02garbage\r\n\r\n", kBadRequest, "- - 400 DPE http1.codec_error"},
    {"nominated_xff", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: x-forwarded-for\r\n\r\n", kBadRequest,
     "- - 400 DPE http1.connection_header_rejected"},
    {"nominated_too_many", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: a,b,c,d,e,f,g,h,i,j,k\r\n\r\n", kBadRequest,
     "- - 400 DPE http1.connection_header_rejected"},
    {"both_framings", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     kBadRequest, "- - 400 DPE http1.content_length_and_chunked_not_allowed"},
    {"unknown_coding", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
     "HTTP/1.1 501 Not Implemented\r\ncontent-length: 15\r\ncontent-type: text/plain\r\nserver: envoy\r\n"
     "connection: close\r\n\r\nNot Implemented",
     "- - 501 DPE http1.invalid_transfer_encoding"},
    {"http10", "GET /a HTTP/1.0\r\nHost: h\r\n\r\n",
     "HTTP/1.1 426 Upgrade Required\r\ncontent-length: 16\r\ncontent-type: text/plain\r\nserver: envoy\r\n"
     "connection: close\r\n\r\nUpgrade Required",
     "- - 426 DPE low_version"},
    {"upgrade", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
     "HTTP/1.1 403 Forbidden\r\nserver: envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
     "GET /a 403 - upgrade_failed"},
    {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
     "HTTP/1.1 404 Not Found\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n", "OPTIONS * 404 - absolute_path_rejected"},
    {"fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", kEmpty400, "GET /a#b 400 - path_normalization_failed"},
    {"expect", "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\n\r\nok",
     "POST /a 200 - via_test"},
};

class Heads : public testing::TestWithParam<Case> {
 protected:
  // Everything has a route.
  static HcmOptions options() {
    auto routes = std::make_shared<route::RouteConfig>();
    route::VirtualHost& host = routes->virtualHosts.emplace_back();
    host.name = "all";
    host.domains = {"*"};
    host.routes.emplace_back();
    HcmOptions o;
    o.routes = std::move(routes);
    return o;
  }
};

TEST_P(Heads, AreAnsweredAsEnvoyDoes) {
  HttpWorld world{options()};
  auto peer = world.connect();
  peer->send(GetParam().request);
  world.pass(ms(1));
  EXPECT_EQ(withoutDate(peer->received()), GetParam().response);
  EXPECT_EQ(world.sink().lines, std::vector<std::string>{GetParam().line});
}

TEST_P(Heads, AreAnsweredTheSameWhereverTheBytesAreCut) {
  for (size_t piece = 1; piece < 4; ++piece) {
    HttpWorld world{options()};
    auto peer = world.connect();
    const std::string_view all = GetParam().request;
    for (size_t at = 0; at < all.size(); at += piece) {
      if (peer->end() != net::RawPeer::End::kNone) break;
      peer->send(all.substr(at, piece));
      world.pass(Duration::microseconds(10));
    }
    world.pass(ms(1));
    EXPECT_EQ(withoutDate(peer->received()), GetParam().response) << piece;
    EXPECT_EQ(world.sink().lines, std::vector<std::string>{GetParam().line}) << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, Heads, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

std::string talk(HcmOptions options, std::string_view request, TestEnd::Script script = {}) {
  HttpWorld world{std::move(options)};
  if (script) world.onRequest = std::move(script);
  auto peer = world.connect();
  peer->send(request);
  world.pass(ms(1));
  return withoutDate(peer->received());
}

TEST(RequestHeads, AnyTokenIsAMethodWhereThatIsAllowed) {
  std::string method;
  const auto script = [&](TestEnd& end) {
    method = end.method;
    end.reply(200, "ok");
  };
  HcmOptions options;
  EXPECT_TRUE(talk(options, "FOO /a HTTP/1.1\r\nhost: h\r\n\r\n", script).starts_with("HTTP/1.1 400 Bad Request"));
  EXPECT_EQ(method, "");
  options.allowCustomMethods = true;
  EXPECT_EQ(talk(options, "FOO /a HTTP/1.1\r\nhost: h\r\n\r\n", script), kOk);
  EXPECT_EQ(method, "FOO");
}

TEST(ResponseHeads, BodyWithoutLengthIsChunked) {
  EXPECT_EQ(talk({}, kGet,
                 [](TestEnd& end) {
                   end.replyHeaders(200, false);
                   end.replyData("abc", false);
                   end.replyData("de", true);
                 }),
            "HTTP/1.1 200 OK\r\nserver: envoy\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
}

TEST(ResponseHeads, BodilessStatusesSayNothingOfABody) {
  auto answer = [](uint32_t status) { return [status](TestEnd& end) { end.replyHeaders(status, true); }; };
  EXPECT_EQ(talk({}, kGet, answer(204)), "HTTP/1.1 204 No Content\r\nserver: envoy\r\n\r\n");
  EXPECT_EQ(talk({}, kGet, answer(304)), "HTTP/1.1 304 Not Modified\r\nserver: envoy\r\n\r\n");
  EXPECT_EQ(talk({}, kGet, answer(200)), "HTTP/1.1 200 OK\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n");
}

TEST(ResponseHeads, HeadWithoutLengthSaysChunkedAndHasNoBody) {
  EXPECT_EQ(talk({}, "HEAD /a HTTP/1.1\r\nhost: h\r\n\r\n", [](TestEnd& end) { end.replyHeaders(200, true); }),
            "HTTP/1.1 200 OK\r\nserver: envoy\r\ntransfer-encoding: chunked\r\n\r\n");
}

TEST(ResponseHeads, Http10IsServedWhereItIsAccepted) {
  HcmOptions o;
  o.acceptHttp10 = true;
  o.defaultHostForHttp10 = "dflt";
  EXPECT_EQ(talk(o, "GET /a HTTP/1.0\r\n\r\n"),
            "HTTP/1.0 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\nconnection: close\r\n\r\nok");
  EXPECT_EQ(talk(o, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "HTTP/1.0 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\nconnection: keep-alive\r\n\r\nok");
  // Without a length the end of the connection ends the body: no chunks.
  EXPECT_EQ(talk(o, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                 [](TestEnd& end) {
                   end.replyHeaders(200, false);
                   end.replyData("abc", true);
                 }),
            "HTTP/1.0 200 OK\r\nserver: envoy\r\nconnection: close\r\n\r\nabc");
}

TEST(ResponseHeads, ServerHeaderModes) {
  auto withServer = [](TestEnd& end) {
    auto& h = *end.callbacks->arena().make<message::HeaderMap>(end.callbacks->arena());
    h.setNumber(message::HeaderId::kStatus, 200);
    h.setReference(message::HeaderId::kServer, "origin");
    h.setReference(message::HeaderId::kContentLength, "0");
    end.callbacks->encodeHeaders(h, true, "via_test");
  };
  HcmOptions o;
  o.serverName = "mine";
  EXPECT_EQ(talk(o, kGet, withServer), "HTTP/1.1 200 OK\r\nserver: mine\r\ncontent-length: 0\r\n\r\n");
  o.serverHeader = ServerHeaderMode::kAppendIfAbsent;
  EXPECT_EQ(talk(o, kGet, withServer), "HTTP/1.1 200 OK\r\nserver: origin\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(talk(o, kGet), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nserver: mine\r\n\r\nok");
  o.serverHeader = ServerHeaderMode::kPassThrough;
  EXPECT_EQ(talk(o, kGet), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
}

TEST(ResponseHeads, OverridingStreamErrorsKeepsTheConnectionForAMissingHostOnly) {
  HcmOptions o;
  o.streamErrorOnInvalidMessage = true;
  EXPECT_EQ(talk(o, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nhost: h\r\n\r\n"),
            std::string("HTTP/1.1 400 Bad Request\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n") + kOk);
}

TEST(ResponseHeads, OnlyTheFirstInterimResponsePassesAndOnlyIfAsked) {
  auto script = [](TestEnd& end) {
    for (uint32_t status : {103u, 102u}) {
      auto& h = *end.callbacks->arena().make<message::HeaderMap>(end.callbacks->arena());
      h.setNumber(message::HeaderId::kStatus, status);
      end.callbacks->encode1xxHeaders(h);
    }
    end.reply(200, "ok");
  };
  EXPECT_EQ(talk({}, kGet, script), kOk);
  HcmOptions o;
  o.proxy100Continue = true;
  EXPECT_EQ(talk(o, kGet, script), std::string("HTTP/1.1 103 Unknown\r\n\r\n") + kOk);
}

TEST(ResponseHeads, NoLengthWhereNoContentCanBe) {
  auto answer = [](uint32_t status) { return [status](TestEnd& end) { end.replyHeaders(status, true, 0); }; };
  EXPECT_EQ(talk({}, kGet, answer(204)), "HTTP/1.1 204 No Content\r\nserver: envoy\r\n\r\n");
  EXPECT_EQ(talk({}, kGet, answer(304)), "HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\nserver: envoy\r\n\r\n");
}

TEST(ResponseHeads, LimitsOnHeadsAnswer431) {
  HcmOptions o;
  o.requestLimits = {1024, 5};
  const std::string refused =
      "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 31\r\ncontent-type: text/plain\r\n"
      "server: envoy\r\nconnection: close\r\n\r\nRequest Header Fields Too Large";
  EXPECT_EQ(talk(o, "GET /a HTTP/1.1\r\nhost: h\r\nx: " + std::string(2000, 'y') + "\r\n\r\n"), refused);
  EXPECT_EQ(talk(o, "GET /a HTTP/1.1\r\nhost: h\r\na: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\ne: 1\r\n\r\n"), refused);
}

}  // namespace
}  // namespace orrery::http
