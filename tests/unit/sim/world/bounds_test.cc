#include <memory>
#include <string>

#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

class WorldBounds : public World {
 protected:
  // What is found when a proxy with a bug is planted: `plant` is called on its first worker as soon as it serves.
  template <class Plant>
  std::string foundWith(const std::string& scenario, Plant plant) {
    std::unique_ptr<buffer::Buffer> held;
    WorldRun::Sabotage sabotage;
    sabotage.serving = [&](server::Server& server) {
      plant(server.workerRuntime(0).worker(), server.compiled().layout(), held);
    };
    sabotage.ended = [&] { held.reset(); };
    return first(runPlanted(scenario, std::move(sabotage)));
  }
  static std::string withLimit(const std::string& cluster) {
    return bootstrap("route: { cluster: origin, retry_policy: { retry_on: 5xx, num_retries: 2 } }") + cluster;
  }
  void expectSilent(const std::string& scenario, const std::string& boot) {
    for (uint64_t seed = 0; seed <= 40; ++seed) {
      const RunResult r = run(scenario, boot, {seed == 0 ? Strategy::plain() : Strategy::random(seed)});
      EXPECT_EQ(r.outcome, RunOutcome::kPass) << seed << " | " << first(r);
    }
  }
};

TEST_F(WorldBounds, CatchABufferThatGoesOnToGrow) {
  const auto grow = [](size_t bytes) {
    return [bytes](net::Worker& worker, const stats::Layout&, std::unique_ptr<buffer::Buffer>& held) {
      held = std::make_unique<buffer::Buffer>(worker.blocks);
      held->setWatermarks(1024, {}, {});
      held->append(std::string(bytes, 'x'));
    };
  };
  const std::string get = story(kGet, kAnswer);
  EXPECT_TRUE(
      foundWith(get, grow(4u << 20))
          .starts_with("bounds: a buffer of worker 0 was 4193280 bytes above its watermark, where nothing that is "
                       "configured lets more than "));
  EXPECT_EQ(foundWith(get, grow(60 * 1024)).find("bounds"), std::string::npos);
}

TEST_F(WorldBounds, CatchMoreOfAClusterThanItsCircuitBreakersTake) {
  for (const std::string gauge : {"upstream_rq_active", "upstream_rq_pending_active", "upstream_cx_active"}) {
    const std::string name = "cluster.origin." + gauge;
    const std::string found = foundWith(
        story(kGet, kAnswer), [&](net::Worker& worker, const stats::Layout& layout, std::unique_ptr<buffer::Buffer>&) {
          worker.stats.increment(stats::GaugeId{layout.find(name)->index}, 5000);
        });
    EXPECT_TRUE(found.starts_with("bounds: " + name + " is 500")) << found;
  }
}

TEST_F(WorldBounds, CatchMoreRetriesThanTheCircuitBreakersTake) {
  const auto plant = [&](uint64_t retries, const std::string& breakers) {
    WorldRun::Sabotage sabotage;
    sabotage.serving = [&](server::Server& server) {
      for (uint64_t i = 0; i < retries; ++i) server.sharedClusters().breakers(0).retries.fetchAdd(1);
    };
    return first(runPlanted(story(kGet, kAnswer), std::move(sabotage), withLimit(breakers)));
  };
  const std::string two = "      circuit_breakers: { thresholds: [{ max_retries: 2 }] }\n";
  // Two of priority DEFAULT, three of priority HIGH.
  EXPECT_TRUE(
      plant(6, two).starts_with("bounds: cluster.origin has 6 retries at a time, where its circuit breakers take 5"))
      << plant(6, two);
  EXPECT_EQ(plant(5, two).find("bounds"), std::string::npos);
  // A share of what was active when each began.
  const std::string budget =
      "      circuit_breakers: { thresholds: [{ retry_budget: { min_retry_concurrency: 1 } }] }\n";
  EXPECT_EQ(plant(6, budget).find("bounds"), std::string::npos);
}

// What a proxy without a bug keeps, where that is most.
TEST_F(WorldBounds, AreSilentAboutWhatMayBeKept) {
  const std::string small = "      per_connection_buffer_limit_bytes: 4096\n";
  expectSilent(
      story("    - connect proxy:10000\n    - stop reading\n    - send get / -> a\n    - wait 1s\n    - read on\n"
            "    - wait for response",
            "    - from then on, answer 200 body 3MiB"),
      withLimit(small));
  // A body is kept for its retries, and is written at once for each.
  expectSilent(story("    - connect proxy:10000\n    - post / body 900KiB -> a",
                     "    - accept\n    - answer 503\n    - answer 503\n    - answer 200"),
               withLimit(small));
}

TEST_F(WorldBounds, AreSilentAboutTheConnectionThatEveryPoolMayHave) {
  const std::string one =
      "      circuit_breakers: { thresholds: [{ max_connections: 0, max_pending_requests: 1, max_requests: 1 }] }\n";
  expectSilent(story("    - load 4 connections, 40 requests, get /l", "    - from then on, answer 200 after 3ms"),
               withLimit(one));
}

}  // namespace
}  // namespace orrery::sim
