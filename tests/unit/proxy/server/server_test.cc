#include "proxy/server/server.h"

#include <gtest/gtest.h>

#include <optional>

#include "proxy/filters/http/router/router_factory.h"
#include "tests/unit/proxy/net/net_world.h"

namespace orrery::server {
namespace {

constexpr Duration ms(int64_t n) { return Duration::milliseconds(n); }
const io::Address kListen = io::Address::ipv4(0x7f000002, 10000);
const io::Address kAdmin = io::Address::ipv4(0x7f000002, 9901);

// One listener that answers "hello" by itself, and the admin endpoint.
std::shared_ptr<const config::Bootstrap> bootstrap() {
  auto routes = std::make_shared<route::RouteConfig>();
  route::VirtualHost host;
  host.name = "all";
  host.domains = {"*"};
  route::Route route;
  route.match.path = "/";
  route.direct = route::DirectResponse{200, "hello"};
  host.routes.push_back(std::move(route));
  routes->virtualHosts.push_back(std::move(host));

  auto hcm = std::make_shared<http::HcmOptions>();
  hcm->statPrefix = "test";
  hcm->routes = std::move(routes);
  hcm->filters.push_back({"router",
                          std::string(filters::router::kRouterTypeName),
                          std::make_shared<filters::router::RouterOptions>(),
                          false,
                          {}});

  auto out = std::make_shared<config::Bootstrap>();
  net::ListenerOptions listener;
  listener.name = "front";
  listener.addresses = {kListen};
  listener.chain.filters.push_back({"hcm", "envoy.filters.network.http_connection_manager", std::move(hcm)});
  out->listeners.push_back(std::move(listener));
  out->admin.address = kAdmin;
  return out;
}

class NoSink final : public events::Sink {};

class ServerTest : public testing::Test {
 protected:
  ~ServerTest() override {
    stop();
    world_.finish();
  }

  Status start(uint32_t workers) {
    auto compiled = CompiledBootstrap::compile(bootstrap(), workers);
    EXPECT_TRUE(compiled.has_value());
    machine_.start([this, compiled = *compiled] {
      ServerOptions options;
      server_.emplace(machine_.io(), compiled, std::move(options), sink_);
      started_ = server_->start();
      if (!*started_) return;
      machine_.io().mainDispatcher.run();
      server_->shutdown();
    });
    world_.pass(ms(1));
    return *started_;
  }
  void stop() {
    if (!started_ || !*started_ || machine_.ended()) return;
    machine_.dispatcher().post([this] { machine_.dispatcher().exit(); });
    world_.pass(ms(10));
    EXPECT_TRUE(machine_.ended());
  }
  std::string ask(const io::Address& at, std::string_view request) {
    auto peer = net::RawPeer::connect(world_, at);
    peer->send(request);
    world_.pass(ms(1));
    return peer->take();
  }

  NoSink sink_;
  stats::Layout layout_;
  net::NetWorld world_{layout_};
  sim::SimEnvironment machine_{world_.run(), world_.net().addHost("proxy", {0x7f000002})};
  std::optional<Server> server_;
  std::optional<Status> started_;
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

TEST_F(ServerTest, ServesOnItsWorkersAndOnAdmin) {
  ASSERT_TRUE(start(2).has_value());
  EXPECT_EQ(server_->boundAddresses(), (std::vector<io::Address>{kListen, kAdmin}));
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(ask(kListen, kGet).ends_with("\r\n\r\nhello"));
  EXPECT_TRUE(ask(kAdmin, "GET /ready HTTP/1.1\r\nhost: h\r\n\r\n").ends_with("LIVE\n"));
  const std::string stats = ask(kAdmin, "GET /stats HTTP/1.1\r\nhost: h\r\n\r\n");
  EXPECT_NE(stats.find("\nhttp.test.downstream_rq_2xx: 8\n"), std::string::npos);
  EXPECT_NE(stats.find("\nlistener.127.0.0.2_10000.downstream_cx_total: 8\n"), std::string::npos);
  EXPECT_NE(stats.find("\nserver.live: 1\n"), std::string::npos);
}

TEST_F(ServerTest, AFailingHealthCheckMarksResponses) {
  ASSERT_TRUE(start(1).has_value());
  ask(kAdmin, "POST /healthcheck/fail HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n");
  EXPECT_TRUE(ask(kAdmin, "GET /ready HTTP/1.1\r\nhost: h\r\n\r\n").ends_with("DRAINING\n"));
  EXPECT_NE(ask(kListen, kGet).find("\r\nconnection: close\r\n"), std::string::npos);
}

TEST_F(ServerTest, QuitEndsTheMainLoop) {
  ASSERT_TRUE(start(1).has_value());
  ask(kAdmin, "POST /quitquitquit HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n");
  world_.pass(ms(10));
  EXPECT_TRUE(machine_.ended());
}

TEST_F(ServerTest, ShutdownClosesWhatIsOpen) {
  ASSERT_TRUE(start(2).has_value());
  auto idle = net::RawPeer::connect(world_, kListen);
  auto busy = net::RawPeer::connect(world_, kListen);
  busy->send("POST / HTTP/1.1\r\nhost: h\r\ncontent-le");
  world_.pass(ms(1));
  stop();
  world_.pass(ms(1));
  EXPECT_EQ(idle->end(), net::RawPeer::End::kFin);
  EXPECT_EQ(busy->end(), net::RawPeer::End::kFin);
}

TEST_F(ServerTest, APortInUseIsNamed) {
  io::ListenOptions alone;
  alone.reusePort = false;
  auto other = machine_.io().network.listen(kListen, alone);
  ASSERT_TRUE(other.has_value());
  const Status s = start(1);
  ASSERT_FALSE(s.has_value());
  EXPECT_EQ(s.error().message, "listener front: cannot listen on 127.0.0.2:10000: Address already in use");
}

TEST_F(ServerTest, AnAdminPortInUseIsNamed) {
  auto other = machine_.io().network.listen(kAdmin, {});
  ASSERT_TRUE(other.has_value());
  const Status s = start(1);
  ASSERT_FALSE(s.has_value());
  EXPECT_EQ(s.error().message, "admin: cannot listen on 127.0.0.2:9901: Address already in use");
}

}  // namespace
}  // namespace orrery::server
