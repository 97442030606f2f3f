#include <string>
#include <vector>

#include "sim/core/events.h"

#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

TEST_F(World, ServesARequestThroughTheProxy) {
  const RunResult r =
      run(story(kGet, kAnswer,
                "always:\n  - a.status == 200 and a.body == hello\n  - log.lines == 1\n  - origin saw 1 requests\n"
                "  - stats.http.edge.downstream_rq_total == 1\n  - a.flags == \"-\" and a.attempts == 1\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  EXPECT_TRUE(r.notJudged.empty());
}

TEST_F(World, ExpectationsThatDoNotHoldFailWithTheValuesThatDecided) {
  const RunResult r = run(story(kGet, kAnswer, "always:\n  - a.status == 201\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kFail);
  EXPECT_EQ(first(r), "always: `a.status == 201` does not hold: a.status is 200");
}

TEST_F(World, DefaultIsJudgedInThePlainRunOnly) {
  const std::string s = story(kGet, kAnswer, "default:\n  - a.status == 201\n");
  EXPECT_EQ(run(s).outcome, RunOutcome::kFail);
  EXPECT_EQ(run(s, bootstrap(), {Strategy::random(3)}).outcome, RunOutcome::kPass);
}

TEST_F(World, SometimesIsTold) {
  const RunResult r = run(story(kGet, kAnswer, "sometimes:\n  - a.status == 503\n  - a.status == 200\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass);
  EXPECT_EQ(r.shown, (std::vector<bool>{false, true}));
}

TEST_F(World, EqualRunsHaveEqualHashesWhateverRanBefore) {
  const std::string s = story(kGet, kAnswer);
  std::vector<uint64_t> hashes;
  for (uint64_t seed = 0; seed < 20; ++seed)
    hashes.push_back(run(s, bootstrap(), {seed == 0 ? Strategy::plain() : Strategy::random(seed)}).hash);
  run(story(kGet, "    - accept\n    - reset", "always:\n  - a.status == 1\n"));
  for (uint64_t seed = 20; seed-- > 0;) {
    EXPECT_EQ(run(s, bootstrap(), {seed == 0 ? Strategy::plain() : Strategy::random(seed)}).hash, hashes[seed]) << seed;
  }
  EXPECT_NE(hashes[0], hashes[1]);
}

TEST_F(World, RecordingDoesNotChangeTheRun) {
  const std::string s = story(kGet, kAnswer);
  const RunResult plain = run(s);
  const RunResult recorded = run(s, bootstrap(), {Strategy::plain(), true});
  EXPECT_EQ(plain.hash, recorded.hash);
  EXPECT_EQ(plain.events, recorded.events);
  ASSERT_TRUE(recorded.recording);
  EXPECT_EQ(recorded.recording->events.events().size(), recorded.events);
  EXPECT_EQ(recorded.recording->requests.size(), 1u);
}

TEST_F(World, APayloadByteALinkNanosecondAndAChoiceChangeTheHash) {
  const uint64_t hash = run(story(kGet, kAnswer)).hash;
  EXPECT_NE(run(story(kGet, "    - from then on, answer 200 \"hellp\"")).hash, hash);
  std::string later = story(kGet, kAnswer);
  later.replace(later.find("5ms"), 3, "5000001ns");
  EXPECT_NE(run(later).hash, hash);
  // Some seeds deviate nowhere in so short a story; the first that does.
  RunResult walked;
  for (uint64_t seed = 1; seed < 100 && walked.deviations.empty(); ++seed) {
    walked = run(story(kGet, kAnswer), bootstrap(), {Strategy::random(seed), true});
  }
  ASSERT_FALSE(walked.deviations.empty());
  EXPECT_NE(walked.hash, hash);
  const RunResult replayed =
      run(story(kGet, kAnswer), bootstrap(), {Strategy::replay(walked.deviations, walked.runKey)});
  EXPECT_EQ(replayed.hash, walked.hash);
  EXPECT_TRUE(replayed.fit.exact());
}

TEST_F(World, AStoryThatDoesNotEndIsAFailureOfLiveness) {
  const RunResult r = run(story("    - connect origin:8080\n    - get / -> a", "    - accept\n    - never answer",
                                "limits: { virtual_time: 100s }\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kFail);
  EXPECT_EQ(first(r), "liveness: client still waits in `get / -> a`");
}

// The workers run when the world is taken down: theirs is the first end (found by world_fuzz).
TEST_F(World, AStoryThatOutlivesItsTimeTakesTheProxyDown) {
  const RunResult r = run(
      story("    - connect proxy:10000\n    - wait 2s\n    - get / -> a", kAnswer, "limits: { virtual_time: 1s }\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kFail);
  EXPECT_EQ(first(r), "liveness: client still waits in `wait 2s`");
}

// It has ended its story with bytes still to be written, and nobody reads what becomes of them (found by world_fuzz).
TEST_F(World, AClientThatClosesWithBytesLeftIsNoLivelock) {
  const RunResult r =
      run(story("    - connect proxy:10000\n    - send post /upload body 64MiB -> a\n    - wait 1ms\n    - close",
                "    - accept\n    - answer 413 early, then close"),
          bootstrap("direct_response: { status: 413, body: { inline_string: refused } }"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
}

// What the end of a failed run does to its requests is nobody's fault (found by world_fuzz).
TEST_F(World, AFailedStoryIsTakenDownWithoutFurtherFindings) {
  const RunResult r =
      run(story("    - connect proxy:10000\n    - 'send raw \"GET / HTTP/1.1\\r\\nhost:\" -> a'\n"
                "    - expect close within 2s\n    - wait for response a",
                kAnswer));
  ASSERT_EQ(r.failures.size(), 1u) << r.failures[1].message;
  EXPECT_EQ(r.failures[0].check, "expect");
}

TEST_F(World, LocalRepliesHaveTheirCauses) {
  struct Case {
    std::string client, origin, boot, expected;
  };
  const std::string get = "    - connect proxy:10000\n    - get / -> a";
  for (const Case& c : {
           Case{get, "    - refuse", bootstrap(), "a.status == 503 and a.flags == UF"},
           Case{get, "    - accept\n    - read request\n    - close", bootstrap(), "a.status == 503 and a.flags == UC"},
           Case{get, "    - accept\n    - never answer", bootstrap(),
                "a.status == 504 and a.flags == UT and a.took in 15s..15.1s"},
           Case{get, kAnswer, bootstrap("direct_response: { status: 418, body: { inline_string: tea } }"),
                "a.status == 418 and a.body == tea"},
           Case{get, kAnswer, bootstrap("redirect: { path_redirect: /there }"),
                "a.status == 301 and a.header.location contains /there"},
           Case{"    - connect proxy:10000\n    - send raw \"GET /\" -> a\n    - wait for response a", kAnswer,
                bootstrap("route: { cluster: origin }", "                request_headers_timeout: 5s\n"),
                "a.status == 408 and a.took in 5s..5.1s"},
           Case{"    - connect proxy:10000\n    - 'send raw \"garbage\\r\\n\\r\\n\" -> a'\n    - wait for response a",
                kAnswer, bootstrap(), "a.status == 400"},
       }) {
    const RunResult r = run(story(c.client, c.origin, "always:\n  - " + c.expected + "\n"), c.boot);
    EXPECT_EQ(r.outcome, RunOutcome::kPass) << c.expected << " | " << first(r);
  }
}

TEST_F(World, RetriesThatThePolicyAsksForAreSilent) {
  const std::string retry = "route: { cluster: origin, retry_policy: { retry_on: \"5xx\", num_retries: 2 } }";
  const RunResult r = run(story(kGet, "    - accept\n    - answer 500\n    - answer 503\n    - answer 200",
                                "always:\n  - a.status == 200 and a.attempts == 3\n"),
                          bootstrap(retry));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
}

TEST_F(World, BlackHolesAndLatencyDoWhatTheySay) {
  const RunResult hole = run(story(
      kGet, kAnswer,
      "faults:\n  - black hole proxy-origin\nalways:\n  - a.status == 503 and a.flags == UF and a.took in 5s..5.1s\n"));
  EXPECT_EQ(hole.outcome, RunOutcome::kPass) << first(hole);
  const RunResult slow = run(story(kGet, kAnswer,
                                   "faults:\n  - latency 1s on proxy->origin from 0s to 10s\nalways:\n  - a.status == "
                                   "200 and a.took in 2s..3.2s\n"));
  EXPECT_EQ(slow.outcome, RunOutcome::kPass) << first(slow);
}

TEST_F(World, NamesWhatIsWrongByFileAndPlace) {
  const auto firstLine = [&](const std::string& scenario, const std::string& boot) {
    const Compiled c = compile(scenario, boot);
    EXPECT_FALSE(c.scenario);
    return c.diagnostics.empty() ? "" : toLine(c.diagnostics[0]);
  };
  EXPECT_EQ(firstLine(story("    - conect proxy:1", kAnswer), bootstrap()).substr(0, 45),
            "s/deep/s.yaml:10:7: error: story.client[0]: e");
  EXPECT_EQ(firstLine(story(kGet, kAnswer), "a: [").substr(0, 8), "s/b.yaml");
  std::string elsewhere = story(kGet, kAnswer);
  elsewhere.replace(elsewhere.find("b.yaml"), 6, "c.yaml");
  EXPECT_EQ(firstLine(elsewhere, bootstrap()),
            "s/deep/s.yaml:2: error: proxy.bootstrap: expected an Envoy file beside the scenario or in a folder above "
            "it, found no 'c.yaml' (No such file or "
            "directory)");
  std::string same = story(kGet, kAnswer);
  same.replace(same.find("listens: 8080"), 13, "listens: 8080, address: 127.0.0.1");
  EXPECT_EQ(firstLine(same, bootstrap()),
            "s/deep/s.yaml: error: hosts.origin.address: expected an address of its own, found 127.0.0.1, which "
            "another host has");
}

TEST_F(World, WarnsOfAPortOnWhichNobodyListens) {
  const auto warnings = [&](const std::string& client) {
    const Compiled c = compile(story(client, kAnswer), bootstrap());
    EXPECT_TRUE(c.scenario);
    std::string out;
    for (const Diagnostic& d : c.diagnostics) out += toLine(d) + "\n";
    return out;
  };
  EXPECT_EQ(warnings("    - connect proxy:10000\n    - get / -> a"), "");
  EXPECT_EQ(warnings("    - connect origin:8080\n    - get / -> a"), "");
  EXPECT_EQ(warnings("    - connect proxy:8080\n    - get / -> a"),
            "s/deep/s.yaml:10: warning: story.client[0]: expected a port that 'proxy' listens on (10000), found 8080: "
            "connecting to it is refused\n");
  EXPECT_EQ(warnings("    - connect client:80\n    - get / -> a"),
            "s/deep/s.yaml:10: warning: story.client[0]: expected a host that listens, found 'client': connecting to "
            "it is refused\n");
  EXPECT_EQ(warnings("    - connect proxy:10000\n    - get / -> a\n    - load 1 connections of 1 streams to "
                     "origin:81, 1 requests, get /"),
            "s/deep/s.yaml:12: warning: story.client[2]: expected a port that 'origin' listens on (8080), found 81: "
            "connecting to it is refused\n");
}

// The last response of a load goes on with the story inside that load (found by world_fuzz).
TEST_F(World, AStoryWaitsUntilAnotherOneSaysSo) {
  const RunResult r = run(story("    - connect proxy:10000\n    - wait until it_is_open\n    - get / -> a",
                                "    - wait 2s\n    - begin it_is_open\n    - from then on, answer 200",
                                "always:\n  - a.status == 200\n  - a.started in 2s..2.1s\n"));
  EXPECT_EQ(first(r), "");
}
TEST_F(World, AStoryDoesNotWaitLongerThanItSays) {
  const RunResult r = run(story("    - connect proxy:10000\n    - wait until late within 1s\n    - get / -> a",
                                "    - wait 2s\n    - begin late\n    - from then on, answer 200",
                                "always:\n  - a.started in 1s..1.1s\n"));
  EXPECT_EQ(first(r), "");
}
TEST_F(World, OneLoadMayFollowAnother) {
  const std::string load = "    - load 2 connections, 6 requests, get /l\n";
  const RunResult r = run(story(load + load + "    - load 1 connections, 1 requests, get /m", kAnswer,
                                "always:\n  - client.complete == 13 and client.connections == 5\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
}

TEST_F(World, LoadIsJudgedToo) {
  const RunResult r = run(
      story("    - load 32 connections, 3000 requests, get /l", "    - from then on, answer 200 body 128",
            "always:\n  - client.complete == 3000\n  - origin saw each request at most once\n  - log.lines == 3000\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
}

TEST_F(World, AFileChangesAndAClockStepsWhenTheFaultSays) {
  RunRequest request;
  request.record = true;
  const RunResult r = run(story("    - wait 10s\n", "    - accept\n",
                                "faults:\n  - 'file /etc/certs/a.pem of proxy becomes \"new\" at 3s'\n  - pause origin "
                                "from 4s to 5s\n"),
                          bootstrap(), request);
  ASSERT_EQ(r.outcome, RunOutcome::kPass);
  std::vector<std::string> seen;
  for (const RecordedEvent& e : r.recording->events.events()) {
    const std::string at = std::to_string(e.at.inNanoseconds() / 1'000'000'000) + " ";
    if (e.number == static_cast<uint16_t>(EventNumber::kFileChanged))
      seen.push_back(at + std::string(e.textOf("path")) + " " + std::string(e.textOf("bytes")));
    if (e.number == static_cast<uint16_t>(EventNumber::kActorStep) && e.at.inNanoseconds() > 0)
      seen.push_back(at + std::string(e.textOf("what")));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"3 file /etc/certs/a.pem of proxy becomes \"new\" at 3s",
                                            "3 /etc/certs/a.pem new", "4 pause origin from 4s to 5s", "5 goes on"}));
}

}  // namespace
}  // namespace orrery::sim
