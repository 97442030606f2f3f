#include <gtest/gtest.h>

#include "proxy/filters/http/health_check/health_check_filter.h"
#include "tests/unit/proxy/http/http_world.h"

namespace orrery::filters::health_check {
namespace {

// A health check that passes through, on a simulated machine.
class HealthCheck : public testing::Test {
 protected:
  explicit HealthCheck(Duration cacheTime = {})
      : config_(options(cacheTime), {layout_, "ingress", "edge"}),
        cache_(cacheTime.isZero() ? nullptr : std::make_unique<AnswerCache>(cacheTime, TimePoint())),
        world_({}, [this](http::FilterChainBuilder& b) {
          auto& filter = *b.arena().make<HealthCheckFilter>(config_, cache_.get());
          b.addFilter(filter, filter);
        }) {
    world_.onRequest = [this](http::TestEnd& end) {
      ++asked_;
      if (end.ended) end.reply(upstreamSays_, "");
    };
  }

  static HealthCheckOptions options(Duration cacheTime) {
    HealthCheckOptions o;
    o.passThrough = true;
    o.cacheTime = cacheTime;
    o.headers.push_back({.name = message::HeaderName(":path"),
                         .kind = match::HeaderMatcher::Kind::kString,
                         .string = {.value = "/check", .regex = nullptr}});
    return o;
  }
  std::string ask(std::string_view bytes) {
    const auto client = world_.connect();
    client->send(bytes);
    world_.pass(Duration::milliseconds(1));
    return client->received();
  }

  stats::Layout layout_;
  const HealthCheckConfig config_;
  std::unique_ptr<AnswerCache> cache_;
  uint32_t upstreamSays_ = 200;
  int asked_ = 0;  // the upstream
  http::HttpWorld world_;
};

constexpr std::string_view kCheck = "GET /check HTTP/1.1\r\nhost: h\r\n\r\n";

TEST_F(HealthCheck, AsksTheUpstreamUnlessToldToFail) {
  EXPECT_TRUE(ask(kCheck).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(asked_, 1);
  world_.worker().drain.failHealthCheck(true);
  EXPECT_TRUE(ask(kCheck).starts_with("HTTP/1.1 503"));
  EXPECT_EQ(world_.sink().lines.back(), "GET /check 503 LH health_check_failed");
  EXPECT_NE(ask("GET /x HTTP/1.1\r\nhost: h\r\n\r\n").find("x-envoy-immediate-health-check-fail: true"),
            std::string::npos);
}

// The head came while the proxy failed its checks, the body after it was told to pass them again: nothing is remembered
// that could be answered with, and nothing may be asked of a cache that is not there.
TEST_F(HealthCheck, MayChangeItsMindWhileACheckArrives) {
  world_.worker().drain.failHealthCheck(true);
  const auto client = world_.connect();
  client->send("POST /check HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\na");
  world_.pass(Duration::milliseconds(1));
  world_.worker().drain.failHealthCheck(false);
  client->send("b");
  world_.pass(Duration::milliseconds(1));
  EXPECT_TRUE(client->received().starts_with("HTTP/1.1 200"));
  EXPECT_EQ(world_.sink().lines.back(), "POST /check 200 - health_check_ok");
}

class CachedHealthCheck : public HealthCheck {
 protected:
  CachedHealthCheck() : HealthCheck(Duration::seconds(1)) {}
};

TEST_F(CachedHealthCheck, AnswersFromMemoryUntilTheNextTick) {
  upstreamSays_ = 503;
  EXPECT_TRUE(ask(kCheck).starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(ask(kCheck).starts_with("HTTP/1.1 503"));
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(world_.sink().lines.back(), "GET /check 503 LH health_check_cached");
  world_.pass(Duration::seconds(1));
  upstreamSays_ = 200;
  EXPECT_TRUE(ask(kCheck).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(asked_, 2);
}

// The tick passes while the check's body arrives: what was remembered when it came is still its answer.
TEST_F(CachedHealthCheck, KeepsTheAnswerOfWhenTheCheckCame) {
  upstreamSays_ = 503;
  ask(kCheck);
  const auto client = world_.connect();
  client->send("POST /check HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\na");
  world_.pass(Duration::seconds(1));
  client->send("b");
  world_.pass(Duration::milliseconds(1));
  EXPECT_TRUE(client->received().starts_with("HTTP/1.1 503"));
  EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace orrery::filters::health_check
