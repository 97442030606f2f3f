#include <string>

#include "tests/unit/sim/world/judged_by_another.h"

namespace orrery::sim {
namespace {

class Liveness : public JudgedWorld {
 protected:
  // "at 17.2s": the instant of the first failure.
  static Duration failedAt(const RunResult& r) {
    return r.failures.empty() ? Duration() : r.failures[0].at - TimePoint();
  }
};

std::string route(const std::string& more) { return "route: { cluster: origin" + more + " }"; }
std::string hcm(const std::string& line) { return "                " + line + "\n"; }
const std::string kNever = "    - from then on, never answer";
const std::string kNoIdle = hcm("stream_idle_timeout: 0s");

std::string filterChain(const std::string& boot, const std::string& filter) {
  std::string out = boot;
  const std::string before = "                  - name: envoy.filters.http.router";
  out.insert(out.find(before), filter);
  return out;
}
std::string withFaultDelay(const std::string& boot) {
  return filterChain(boot, R"(                  - name: envoy.filters.http.fault
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                      delay: { fixed_delay: 3600s, percentage: { numerator: 100 } }
)");
}

// --- planted: timers that never fire ---

TEST_F(Liveness, CatchesARouteTimerThatNeverFires) {
  const RunResult r = planted(story(kGet, kNever), bootstrap(route(", timeout: 0s"), kNoIdle),
                              bootstrap(route(", timeout: 7s"), kNoIdle));
  EXPECT_TRUE(
      first(r).starts_with("liveness: request #1 has not ended, which it must by route time-out of 7s since the "
                           "request was whole at 0."))
      << first(r);
  EXPECT_LT(failedAt(r), Duration::seconds(10));
}

TEST_F(Liveness, CatchesAStreamIdleTimerThatNeverFires) {
  const std::string forever = route(", timeout: 0s");
  const RunResult r =
      planted(story(kGet, kNever), bootstrap(forever, kNoIdle), bootstrap(forever, hcm("stream_idle_timeout: 40s")));
  EXPECT_TRUE(
      first(r).starts_with("liveness: request #1 has not ended, which it must by stream idle time-out of 40s since "
                           "the last byte at 0."))
      << first(r);
  EXPECT_LT(failedAt(r), Duration::seconds(43));
}

TEST_F(Liveness, CatchesAPerTryTimerThatNeverFires) {
  const std::string retry = ", timeout: 0s, retry_policy: { retry_on: reset, num_retries: 2";
  const RunResult r = planted(story(kGet, kNever), bootstrap(route(retry + " }"), kNoIdle),
                              bootstrap(route(retry + ", per_try_timeout: 2s }"), kNoIdle));
  // 3 x (5 s to connect + 2 s + lateness) + 2 pauses of at most 250 ms.
  EXPECT_TRUE(first(r).starts_with("liveness: request #1 has not ended, which it must by all tries of 24.56s since"))
      << first(r);
}

TEST_F(Liveness, CatchesRequestTimersThatNeverFire) {
  const std::string upload = "    - connect proxy:10000\n    - post / body 10 in 2 parts every 1000s -> a";
  const RunResult whole = planted(story(upload, kAnswer), bootstrap(route(""), kNoIdle),
                                  bootstrap(route(""), kNoIdle + hcm("request_timeout: 20s")));
  EXPECT_TRUE(first(whole).starts_with("liveness: request #1 has not ended, which it must by request time-out of 20s"))
      << first(whole);
  const std::string head = "    - connect proxy:10000\n    - send raw \"GET /\" -> a\n    - wait for response a";
  const RunResult slow = planted(story(head, kAnswer), bootstrap(route(""), kNoIdle),
                                 bootstrap(route(""), kNoIdle + hcm("request_headers_timeout: 5s")));
  EXPECT_TRUE(
      first(slow).starts_with("liveness: request #1 has not ended, which it must by request headers time-out of 5s"))
      << first(slow);
}

TEST_F(Liveness, CatchesAMaxStreamDurationThatNeverFires) {
  const std::string forever = route(", timeout: 0s");
  const RunResult r =
      planted(story(kGet, kNever), bootstrap(forever, kNoIdle),
              bootstrap(forever, kNoIdle + hcm("common_http_protocol_options: { max_stream_duration: 30s }")));
  EXPECT_TRUE(first(r).starts_with("liveness: request #1 has not ended, which it must by max stream duration of 30s"))
      << first(r);
}

// The same proxy, judged by its own configuration, on a seam that swallows timers of one kind.
TEST_F(Liveness, CatchesEveryKindOfTimerThatTheSeamSwallows) {
  struct Case {
    io::TimerKind kind;
    std::string client, origin, boot, expected;
  };
  const std::string forever = route(", timeout: 0s");
  const std::string upload = "    - connect proxy:10000\n    - post / body 10 in 2 parts every 1000s -> a";
  const std::string head = "    - connect proxy:10000\n    - send raw \"GET /\" -> a\n    - wait for response a";
  for (const Case& c : {
           Case{io::TimerKind::kRoute, kGet, kNever, bootstrap(route(", timeout: 7s"), kNoIdle),
                "route time-out of 7s"},
           Case{io::TimerKind::kStreamIdle, kGet, kNever, bootstrap(forever), "stream idle time-out of 300s"},
           Case{io::TimerKind::kPerTry, kGet, kNever,
                bootstrap(route(", timeout: 0s, retry_policy: { retry_on: reset, per_try_timeout: 2s }"), kNoIdle),
                "all tries of "},
           Case{io::TimerKind::kRequest, upload, kAnswer, bootstrap(route(""), kNoIdle + hcm("request_timeout: 20s")),
                "request time-out of 20s"},
           Case{io::TimerKind::kRequestHeaders, head, kAnswer,
                bootstrap(route(""), kNoIdle + hcm("request_headers_timeout: 5s")), "request headers time-out of 5s"},
           Case{io::TimerKind::kMaxStreamDuration, kGet, kNever,
                bootstrap(forever, kNoIdle + hcm("common_http_protocol_options: { max_stream_duration: 30s }")),
                "max stream duration of 30s"},
           // The response has begun when the route's time is over: only the end of the connection can tell the client.
           Case{io::TimerKind::kDelayedClose, kGet, "    - from then on, answer 200 body 50 in 50 parts every 1s",
                bootstrap(route(", timeout: 7s"), kNoIdle), "route time-out of 7s"},
       }) {
    WorldRun::Sabotage sabotage;
    sabotage.serving = [&](server::Server& server) {
      auto& dispatcher = static_cast<SimDispatcher&>(server.workerRuntime(0).worker().dispatcher);
      dispatcher.setAfterIteration([&dispatcher, kind = c.kind] {
        dispatcher.forEachArmedTimer([&](const io::Timer& t) {
          if (t.kind() == kind) const_cast<io::Timer&>(t).disarm();
        });
      });
    };
    const std::string found = first(runPlanted(story(c.client, c.origin), std::move(sabotage), c.boot));
    EXPECT_TRUE(found.starts_with("liveness: request #1 has not ended, which it must by " + c.expected))
        << io::timerKindName(c.kind) << " | " << found;
    EXPECT_EQ(run(story(c.client, c.origin), c.boot).outcome, RunOutcome::kPass) << io::timerKindName(c.kind);
  }
}

// --- planted: streams that are forgotten ---

TEST_F(Liveness, CatchesAStreamThatTheProxyForgets) {
  const std::string held = withFaultDelay(bootstrap(route(", timeout: 7s"), kNoIdle));
  const RunResult forwards = planted(story(kGet, kAnswer), held, bootstrap(route(", timeout: 7s"), kNoIdle));
  EXPECT_TRUE(first(forwards).starts_with("liveness: request #1 has not ended, which it must by route time-out of 7s"))
      << first(forwards);
  const std::string direct = "direct_response: { status: 200, body: { inline_string: x } }";
  const RunResult answers = planted(story(kGet, kAnswer), withFaultDelay(bootstrap(direct)), bootstrap(direct));
  EXPECT_TRUE(
      first(answers).starts_with("liveness: request #1 has not ended, which it must by an answer without any "
                                 "origin since the request was whole at 0."))
      << first(answers);
  EXPECT_LT(failedAt(answers), Duration::seconds(7));
}

// --- silent: whatever takes long and may ---

TEST_F(Liveness, IsSilentAboutWhatTheConfigurationAllows) {
  struct Case {
    std::string what, client, origin, boot, rest;
  };
  const std::string forever = route(", timeout: 0s");
  for (const Case& c : {
           Case{"an origin that trickles keeps the stream alive", kGet,
                "    - from then on, answer 200 body 50 in 50 parts every 100s", bootstrap(forever), ""},
           Case{"a client that trickles", "    - connect proxy:10000\n    - post / body 20 in 20 parts every 250s -> a",
                kAnswer, bootstrap(route("")), ""},
           Case{"a client that does not read",
                "    - connect proxy:10000\n    - stop reading\n    - send get / -> a\n    - wait 2000s\n    - read "
                "on\n    - wait for response a",
                "    - from then on, answer 200 body 4MiB", bootstrap(forever, kNoIdle), ""},
           Case{"the second of two pipelined requests",
                "    - connect proxy:10000\n    - send get / -> a\n    - send get / -> b\n    - wait for response a\n  "
                "  - wait for response b",
                "    - accept\n    - answer 200 after 14s\n    - answer 200 after 14s", bootstrap(), ""},
           Case{
               "retries until the route's time-out", kGet, kNever,
               bootstrap(route(", timeout: 60s, retry_policy: { retry_on: 5xx, num_retries: 5, per_try_timeout: 7s }")),
               ""},
           Case{"a black hole on the client's link that heals", kGet, kAnswer, bootstrap(),
                "faults:\n  - black hole client-proxy from 1ms to 20s\n"},
           Case{"a fault filter's delay", kGet, kAnswer,
                withFaultDelay(bootstrap(forever, hcm("stream_idle_timeout: 4000s"))), ""},
           Case{"a response that ends with its connection", kGet,
                "    - accept\n    - read request\n    - send raw \"HTTP/1.1 200 OK\\r\\n\\r\\nx\"\n    - wait 100s\n  "
                "  - close",
                bootstrap(forever), ""},
           Case{"a request that lies about its length",
                "    - connect proxy:10000\n    - send post / with content-length=100 body \"x\" -> a\n    - wait for "
                "response a",
                kAnswer, bootstrap(route(""), hcm("stream_idle_timeout: 30s")), ""},
       }) {
    const RunResult r = run(story(c.client, c.origin, c.rest), c.boot);
    EXPECT_EQ(r.outcome, RunOutcome::kPass) << c.what << " | " << first(r);
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      const RunResult walked = run(story(c.client, c.origin, c.rest), c.boot, {Strategy::random(seed)});
      EXPECT_EQ(walked.outcome, RunOutcome::kPass) << c.what << " | " << seed << " | " << first(walked);
    }
  }
}

// --- infinite bounds and promises ---

TEST_F(Liveness, SaysWhenNothingBoundsARequest) {
  const std::string endless = bootstrap(route(", timeout: 0s"), kNoIdle);
  const std::string waits = story(kGet, "    - accept\n    - read request\n    - wait 5000s\n    - answer 200");
  const RunResult r = run(waits, endless);
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  ASSERT_EQ(r.notJudged.size(), 1u);
  EXPECT_EQ(r.notJudged[0].check, "liveness");
  EXPECT_EQ(r.notJudged[0].reason, "no time-out of the configuration ends a request that waits for its peers");
}

TEST_F(Liveness, APromiseOfTheStoryIsJudgedWhileTheRequestRuns) {
  const std::string endless = bootstrap(route(", timeout: 0s"), kNoIdle);
  const std::string origin = "    - accept\n    - read request\n    - wait 5000s\n    - answer 200";
  for (const std::string promise : {"a ends within 60s", "every request ends within 60s"}) {
    const RunResult broken = run(story(kGet, origin, "always:\n  - " + promise + "\n"), endless);
    EXPECT_EQ(first(broken), "always: `" + promise + "` does not hold: request #1 has not ended");
    EXPECT_LT(failedAt(broken), Duration::seconds(62));
  }
  const RunResult kept = run(story(kGet, origin, "always:\n  - every request ends within 5001s\n"), endless);
  EXPECT_EQ(kept.outcome, RunOutcome::kPass) << first(kept);
  EXPECT_TRUE(kept.notJudged.empty());
}

TEST_F(Liveness, APromiseIsJudgedAtTheEndToo) {
  const std::string late =
      story(kGet, "    - from then on, answer 200 after 900ms", "always:\n  - a ends within 500ms\n");
  EXPECT_TRUE(first(run(late)).starts_with("always: `a ends within 500ms` does not hold: a.took is 0.9"))
      << first(run(late));
  const std::string inside = story(kGet, kAnswer, "always:\n  - if a.status == 200 then a ends within 1s\n");
  EXPECT_EQ(run(inside).outcome, RunOutcome::kPass);
}

}  // namespace
}  // namespace orrery::sim
