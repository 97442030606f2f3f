#include "proxy/http/local_reply_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/http/http_world.h"

// local_reply_config on the answers of a connection manager.
namespace orrery::http {
namespace {

using access_log::LogFilter;

std::shared_ptr<const LogFilter> statusIs(uint64_t status) {
  LogFilter filter;
  filter.kind = LogFilter::Kind::kStatus;
  filter.value = status;
  return std::make_shared<const LogFilter>(filter);
}

LocalReplyBodyFormat text(std::string_view format, std::string type = "text/plain") {
  return {*format::parseFormat(format), std::move(type)};
}

HcmOptions with(LocalReplyRules rules) {
  HcmOptions options;
  options.localReplies = std::make_shared<const LocalReplyRules>(std::move(rules));
  return options;
}

// What a client gets for `request`, of which nothing comes to the end of the chain.
std::string answer(const HcmOptions& options, std::string_view request, std::string* line = nullptr) {
  HttpWorld world{options};
  world.onRequest = [](TestEnd& end) {
    end.callbacks->sendLocalReply({.status = 404, .body = "gone", .details = "d"});
  };
  auto peer = world.connect();
  peer->send(request);
  world.pass(Duration::milliseconds(1));
  if (line != nullptr) *line = world.sink().lines.at(0);
  return withoutDate(peer->received());
}

TEST(LocalReplyRules, AMapperThatFitsChangesStatusBodyAndFields) {
  LocalReplyMapper mapper;
  mapper.filter = statusIs(404);
  mapper.status = 410;
  mapper.body = "no more";
  route::HeaderMutation add{.name = message::HeaderName("x-why"), .value = {}};
  add.format = *format::parseFormat("%RESPONSE_CODE% %REQ(:PATH)%", format::Absent::kNothing);
  mapper.headers.mutations.push_back(add);
  std::string line;
  EXPECT_EQ(
      answer(with({.mappers = {mapper}, .format = {}}), kGet, &line),
      "HTTP/1.1 410 Gone\r\nx-why: 404 /a\r\ncontent-length: 7\r\ncontent-type: text/plain\r\nserver: envoy\r\n\r\n"
      "no more");
  EXPECT_EQ(line, "GET /a 410 - d");
}

TEST(LocalReplyRules, TheFirstMapperThatFitsIsTheOnlyOne) {
  LocalReplyMapper other;
  other.filter = statusIs(503);
  other.body = "other";
  LocalReplyMapper first;
  first.filter = statusIs(404);
  first.body = "first";
  LocalReplyMapper second = first;
  second.body = "second";
  const std::string got = answer(with({.mappers = {other, first, second}, .format = {}}), kGet);
  EXPECT_TRUE(got.ends_with("\r\n\r\nfirst")) << got;
}

TEST(LocalReplyRules, BodiesAreFormattedByTheMapperOrForAll) {
  LocalReplyMapper mapper;
  mapper.filter = statusIs(404);
  mapper.format = text("<%LOCAL_REPLY_BODY%>", "text/html");
  const LocalReplyBodyFormat all = text("%LOCAL_REPLY_BODY% of %RESPONSE_CODE%");
  std::string got = answer(with({.mappers = {mapper}, .format = all}), kGet);
  EXPECT_TRUE(got.ends_with("\r\n\r\n<gone>")) << got;
  EXPECT_NE(got.find("content-type: text/html\r\n"), std::string::npos);
  got = answer(with({.mappers = {}, .format = all}), kGet);
  EXPECT_TRUE(got.ends_with("\r\n\r\ngone of 404")) << got;
}

TEST(LocalReplyRules, AGrpcClientGetsTheNewBodyAsMessage) {
  LocalReplyMapper mapper;
  mapper.filter = statusIs(404);
  mapper.status = 503;
  mapper.body = "sorry";
  const std::string got =
      answer(with({.mappers = {mapper}, .format = {}}),
             "POST /a HTTP/1.1\r\nhost: h\r\ncontent-type: application/grpc\r\ncontent-length: 0\r\n\r\n");
  EXPECT_NE(got.find("HTTP/1.1 200 OK"), std::string::npos) << got;
  EXPECT_NE(got.find("grpc-status: 14\r\ngrpc-message: sorry\r\n"), std::string::npos) << got;
}

TEST(LocalReplyRules, ABadRequestIsToldByThemToo) {
  LocalReplyMapper mapper;
  mapper.filter = statusIs(400);
  mapper.body = "what?";
  const std::string got = answer(with({.mappers = {mapper}, .format = {}}), "GET / HTTP/1.1\r\nbad header\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 400 Bad Request\r\n")) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\nwhat?")) << got;
}

}  // namespace
}  // namespace orrery::http
