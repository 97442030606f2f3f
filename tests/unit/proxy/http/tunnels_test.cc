#include <gtest/gtest.h>

#include "tests/unit/proxy/http/http_world.h"

// Upgrades and CONNECT on a downstream connection of HTTP/1, the origin's part played by the test.
namespace orrery::http {
namespace {

constexpr std::string_view kAsk = "GET /c HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n";
constexpr std::string_view kGrant =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: chat\r\nserver: envoy\r\n\r\n";

HcmOptions granting(std::string type) {
  HcmOptions o;
  o.upgrades.push_back({std::move(type), true, {}});
  o.streamIdleTimeout = ms(300);
  return o;
}

void grant(TestEnd& end, uint32_t status) {
  auto& headers = *end.callbacks->arena().make<message::HeaderMap>(end.callbacks->arena());
  headers.setNumber(message::HeaderId::kStatus, status);
  if (status == 101) {
    headers.add("connection", "upgrade");
    headers.add("upgrade", "chat");
  }
  end.callbacks->encodeHeaders(headers, false, "via_test");
}

TEST(Tunnels, BytesPassAsTheyAreOnceItIsGranted) {
  HttpWorld world{granting("CHAT")};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send(std::string(kAsk) + "GET /not HTTP/1.1\r\n");
  world.pass(ms(1));
  ASSERT_EQ(world.requests(), 1u);
  EXPECT_EQ(world.end().body, "GET /not HTTP/1.1\r\n");
  EXPECT_FALSE(world.end().ended);
  grant(world.end(), 101);
  world.pass(ms(1));
  EXPECT_EQ(withoutDate(peer->take()), kGrant);
  world.end().replyData("0\r\n\r\n", false);
  peer->send("HTTP/1.1");
  world.pass(ms(1));
  EXPECT_EQ(peer->take(), "0\r\n\r\n");
  EXPECT_EQ(world.end().body, "GET /not HTTP/1.1\r\nHTTP/1.1");
  EXPECT_EQ(world.stat("http.test.downstream_cx_upgrades_total"), 1u);
  EXPECT_EQ(world.stat("http.test.downstream_cx_upgrades_active"), 1u);
  peer->sendFin();
  world.pass(ms(1));
  EXPECT_EQ(peer->end(), net::RawPeer::End::kFin);
  EXPECT_EQ(world.stat("http.test.downstream_cx_upgrades_active"), 0u);
  EXPECT_EQ(world.sink().lines, (std::vector<std::string>{"GET /c 101 DC downstream_remote_disconnect"}));
}

// Armed by the head at 0, again by what came at 200 ms and at 400 ms: it fires at 700 ms.
TEST(Tunnels, LiveAsLongAsSomethingPasses) {
  HttpWorld world{granting("chat")};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send(kAsk);
  world.pass(ms(1));
  grant(world.end(), 101);
  world.pass(ms(199));
  peer->send("a");
  world.pass(ms(200));
  peer->send("b");
  world.pass(ms(299));
  EXPECT_EQ(world.sink().lines, std::vector<std::string>());
  world.pass(ms(2));
  EXPECT_EQ(world.sink().lines, (std::vector<std::string>{"GET /c 101 SI stream_idle_timeout"}));
}

TEST(Tunnels, ConnectHasNoBodyFraming) {
  HttpWorld world{granting("connect")};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send("CONNECT a.b:443 HTTP/1.1\r\nhost: other\r\n\r\n");
  world.pass(ms(1));
  ASSERT_EQ(world.requests(), 1u);
  grant(world.end(), 200);
  world.end().replyData("hi", false);
  world.pass(ms(1));
  EXPECT_EQ(withoutDate(peer->take()), "HTTP/1.1 200 OK\r\nserver: envoy\r\n\r\nhi");
}

TEST(Tunnels, TheirClientMayStopReading) {
  HcmOptions options = granting("chat");
  options.streamIdleTimeout = Duration();
  HttpWorld world{std::move(options), {}, 1024};
  world.onRequest = {};
  auto peer = world.connect();
  peer->send(kAsk);
  world.pass(ms(1));
  class Marks final : public DownstreamWatermarkCallbacks {
   public:
    void onAboveWriteBufferHighWatermark() override { ++above; }
    void onBelowWriteBufferLowWatermark() override { --above; }
    int above = 0;
  } marks;
  world.end().callbacks->addDownstreamWatermarkCallbacks(marks);
  grant(world.end(), 101);
  peer->read(false);
  const std::string much(4u << 20, 'x');
  world.end().replyData(much, false);
  world.pass(ms(1));
  EXPECT_EQ(marks.above, 1);
  peer->read(true);
  world.pass(Duration::seconds(10));
  EXPECT_EQ(marks.above, 0);
  EXPECT_TRUE(peer->received().ends_with("xxx"));
  world.end().callbacks->removeDownstreamWatermarkCallbacks(marks);
}

}  // namespace
}  // namespace orrery::http
