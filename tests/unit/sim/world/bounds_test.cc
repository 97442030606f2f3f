#include <memory>
#include <string>

#include "tests/unit/sim/world/judged_by_another.h"

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

// --- of clusters: a proxy that does not know a limit, judged by one that says it ---

class ClusterBounds : public JudgedWorld {
 protected:
  static std::string limited(const std::string& thresholds, const std::string& route = "") {
    return bootstrap("route: { cluster: origin, timeout: 0s" + route + " }") +
           (thresholds.empty() ? "" : "      circuit_breakers: { thresholds: [{ " + thresholds + " }] }\n");
  }
  static std::string http2(const std::string& boot) {
    return boot +
           "      typed_extension_protocol_options:\n"
           "        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n"
           "          \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n"
           "          explicit_http_config: { http2_protocol_options: {} }\n";
  }
  static std::string atOnce(const std::string& answer) {
    return story("    - load 4 connections, 8 requests, get /l", answer);
  }
};

const std::string kSlowly = "    - from then on, answer 200 after 3s";

TEST_F(ClusterBounds, CatchAConnectionTooMany) {
  // The pool of a worker has one connection whatever the limit is.
  EXPECT_EQ(
      first(planted(atOnce(kSlowly), limited(""), limited("max_connections: 2"))),
      "bounds: cluster.origin has 4 connections at a time, where its circuit breakers take 3; the youngest goes from "
      "127.0.0.1:32771 to 127.0.0.3:8080");
  EXPECT_EQ(first(planted(atOnce(kSlowly), limited(""), limited("max_connections: 3"))), "");
  EXPECT_EQ(first(planted(atOnce(kSlowly), limited("max_connections: 2"), limited("max_connections: 2"))), "");
}

TEST_F(ClusterBounds, CatchARequestTooMany) {
  EXPECT_EQ(
      first(planted(atOnce(kSlowly), limited(""), limited("max_requests: 3"))),
      "bounds: cluster.origin has 4 requests at a time, where its circuit breakers take 3; origin read the youngest, "
      "request #4");
  EXPECT_EQ(first(planted(atOnce(kSlowly), limited(""), limited("max_requests: 4"))), "");
}

TEST_F(ClusterBounds, CatchARequestTooManyOnOneConnectionOfHttp2) {
  EXPECT_EQ(
      first(planted(atOnce(kSlowly), http2(limited("")), http2(limited("max_requests: 3")))),
      "bounds: cluster.origin has 4 requests at a time, where its circuit breakers take 3; origin read the youngest, "
      "request #4");
  EXPECT_EQ(first(planted(atOnce(kSlowly), http2(limited("")), http2(limited("max_requests: 4")))), "");
}

TEST_F(ClusterBounds, CatchARequestTooManyOverConnectionsOfHttp2) {
  const auto twoEndpoints = [](std::string boot) {
    const std::string one =
        "              - endpoint:\n"
        "                  address: { socket_address: { address: 127.0.0.3, port_value: 8080 } }\n";
    std::string two = one;
    two.replace(two.find("8080"), 4, "8081");
    return boot.insert(boot.find(one), two);
  };
  const auto atBoth = [](std::string s) { return s.replace(s.find("8080"), 4, "[8080, 8081]"); };
  // A reset of one of the four that left when they had come would have arrived long before the first is answered.
  EXPECT_EQ(
      first(planted(atBoth(atOnce(kSlowly)), http2(twoEndpoints(limited(""))),
                    http2(twoEndpoints(limited("max_requests: 3"))))),
      "bounds: cluster.origin has 4 requests at a time, where its circuit breakers take 3; origin read the youngest, "
      "request #4");
}

// The reset of the one before is on its long way still when the next one has come to a host that is near.
TEST_F(ClusterBounds, AreSilentAboutResetsOnTheirWay) {
  const std::string host =
      "              - endpoint:\n"
      "                  address: { socket_address: { address: 127.0.0.3, port_value: 8080 } }\n";
  std::string near = host, boot = http2(limited("max_requests: 1"));
  boot.insert(boot.find(host), near.replace(near.find("0.3"), 3, "0.4"));
  std::string steps = "    - connect proxy:10000 with http2\n";
  for (const std::string name : {"a", "b", "c", "d"})
    steps += "    - send get / -> " + name + "\n    - wait 300ms\n    - cancel " + name + "\n";
  const std::string silent =
      "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 }\n"
      "  near: { listens: 8080 }\nlinks:\n  proxy-origin: { latency: 100ms }\nstory:\n  client:\n" +
      steps + "  origin:\n" + kSlowly + "\n  near:\n" + kSlowly + "\n";
  const RunResult r = run(silent, boot);
  EXPECT_EQ(first(r), "");
}

TEST_F(ClusterBounds, CatchARetryTooMany) {
  const std::string retry = ", retry_policy: { retry_on: 5xx, num_retries: 1 }";
  const std::string again = "    - from then on, answer 503 after 3s";
  EXPECT_EQ(
      first(planted(atOnce(again), limited("max_retries: 9", retry), limited("max_retries: 3", retry))),
      "bounds: cluster.origin has 4 retries at a time, where its circuit breakers take 3; origin read the youngest, "
      "request #2");
  EXPECT_EQ(first(planted(atOnce(again), limited("max_retries: 9", retry), limited("max_retries: 4", retry))), "");
  // A budget is a share of what was active when each began.
  const std::string budget = "retry_budget: { min_retry_concurrency: 1 }";
  EXPECT_EQ(first(planted(atOnce(again), limited("max_retries: 9", retry), limited(budget, retry))), "");
}

TEST_F(ClusterBounds, CatchAWaitingRequestTooMany) {
  const std::string one = "max_connections: 1", slowly = "    - from then on, answer 200 after 20s";
  EXPECT_EQ(
      first(planted(atOnce(slowly), limited(one), limited(one + ", max_pending_requests: 2"))),
      "bounds: cluster.origin has 3 waiting requests at a time, where its circuit breakers take 2; the youngest is "
      "request #4");
  EXPECT_EQ(first(planted(atOnce(slowly), limited(one), limited(one + ", max_pending_requests: 3"))), "");
}

// Each connection that ends is followed by another at once.
TEST_F(ClusterBounds, AreSilentAboutTheNextConnection) {
  std::string one = limited("max_connections: 1");
  one += "      max_requests_per_connection: 1\n";
  const std::string load =
      story("    - load 6 connections, 60 requests, get /l", "    - from then on, answer 200 after 3ms");
  EXPECT_EQ(first(planted(load, one, one)), "");
  for (uint64_t seed = 1; seed <= 40; ++seed) EXPECT_EQ(first(run(load, one, {Strategy::random(seed)})), "") << seed;
}

// An origin that takes bytes for what they are has read a request that nobody has noted.
TEST_F(ClusterBounds, AreSilentAboutWhatAnOriginHoldsUnseen) {
  const std::string held = story("    - connect proxy:10000\n    - send get / -> a\n    - wait 30s",
                                 "    - accept\n    - expect bytes \"GET / HTTP/1.1\" within 1s\n    - wait 20s");
  const std::string found = first(planted(held, limited(""), limited("max_pending_requests: 0")));
  EXPECT_EQ(found.find("bounds"), std::string::npos) << found;
}

// Of tunnels that end in the proxy there is a pool beside that of requests.
TEST_F(ClusterBounds, CountThePoolsOfTunnelsWhereARouteHasThem) {
  const auto most = [&](const std::string& route) {
    const Compiled c = compile(atOnce(kSlowly), limited("max_connections: 2", route));
    return c.scenario ? c.scenario->parts().facts.limits[0].mostConnections : 0;
  };
  EXPECT_EQ(most(""), 3u);
  EXPECT_EQ(most(", upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }]"), 4u);
}

TEST_F(ClusterBounds, CountThoseOfPriorityHighOnlyWhereARouteIsOfIt) {
  const std::string high = ", priority: HIGH";
  EXPECT_EQ(first(planted(atOnce(kSlowly), limited("", high), limited("max_requests: 3", high))), "");
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
