#include <string>

#include "tests/unit/sim/world/judged_by_another.h"

namespace orrery::sim {
namespace {

// The real proxy on routes of every kind of condition, judged by the checks' own reading of them.
class Routes : public JudgedWorld {};

// One route with this match, which answers 201 itself, and one behind it for all others, which answers 202.
std::string matching(const std::string& match, const std::string& more = "") {
  std::string boot = bootstrap("direct_response: { status: 202 }");
  const std::string rest = "                        - match: { prefix: / }\n";
  boot.insert(boot.find(rest), "                        - match: { " + match +
                                   " }\n                          direct_response: { status: 201 }\n");
  return boot + more;
}

struct Case {
  std::string match, request;
  int status;
};
const Case kCases[] = {
    {"safe_regex: { regex: '/a/[0-9]+' }", "get /a/12?x=y", 201},
    {"safe_regex: { regex: '/a/[0-9]+' }", "get /a/b", 202},
    {"prefix: /, query_parameters: [{ name: q, string_match: { prefix: v } }]", "get /?q=vw", 201},
    {"prefix: /, query_parameters: [{ name: q, present_match: true }]", "get /?r=vw", 202},
    {"prefix: /, headers: [{ name: x-a, range_match: { start: 1, end: 9 } }]", "get / with x-a=5", 201},
    {"prefix: /, headers: [{ name: x-a, range_match: { start: 1, end: 9 } }]", "get / with x-a=9", 202},
    {"prefix: /, headers: [{ name: x-a, string_match: { safe_regex: { regex: 'v.' } } }]", "get / with x-a=vw", 201},
    {"prefix: /, headers: [{ name: x-a, string_match: { exact: v }, invert_match: true }]", "get /", 202},
    {"prefix: /, headers: [{ name: x-a, string_match: { exact: v }, invert_match: true }]", "get / with x-a=w", 201},
    {"prefix: /, headers: [{ name: x-a, string_match: { exact: v }, invert_match: true, treat_missing_header_as_empty: "
     "true }]",
     "get /", 201},
    {"prefix: /, headers: [{ name: x-a, present_match: false }]", "get /", 201},
    {"prefix: /, cookies: [{ name: c, string_match: { exact: '1' } }]", "get / with cookie=\"b=2; c=1\"", 201},
    {"prefix: /, cookies: [{ name: c, string_match: { exact: '1' } }]", "get / with cookie=\"c=2\"", 202},
    {"prefix: /, grpc: {}", "post / with content-type=application/grpc", 200},
    {"prefix: /, grpc: {}", "post / with content-type=text/plain", 202},
    {"prefix: /, runtime_fraction: { default_value: { numerator: 100 } }", "get /", 201},
    {"prefix: /, runtime_fraction: { default_value: { numerator: 0 } }", "get /", 202},
    {"prefix: /, runtime_fraction: { default_value: { numerator: 0 }, runtime_key: some.key }", "get /", 201},
};
const std::string kRuntime = "layered_runtime: { layers: [{ name: s, static_layer: { some.key: 100 } }] }\n";

std::string storyOf(const Case& c) {
  return story("    - connect proxy:10000\n    - '" + c.request + " -> a'", kAnswer,
               "always:\n  - a.status == " + std::to_string(c.status) + "\n");
}

TEST_F(Routes, ProxyAndChecksReadConditionsAlike) {
  for (const Case& c : kCases) {
    const RunResult r = run(storyOf(c), matching(c.match, kRuntime));
    EXPECT_EQ(r.outcome, RunOutcome::kPass) << c.match << " | " << c.request << " | " << first(r);
    if (c.status == 200) continue;  // of gRPC: the status is in grpc-status
    EXPECT_TRUE(r.notJudged.empty()) << c.match << " | " << (r.notJudged.empty() ? "" : r.notJudged[0].reason);
  }
}

// A proxy that takes the other route.
TEST_F(Routes, CatchesTheWrongRoute) {
  for (const Case& c : kCases) {
    if (c.status == 200) continue;
    const std::string other =
        bootstrap("direct_response: { status: " + std::to_string(c.status == 201 ? 202 : 201) + " }");
    std::string scenario = storyOf(c);
    scenario.resize(scenario.find("always:"));
    const RunResult r = planted(scenario, other, matching(c.match, kRuntime));
    EXPECT_EQ(first(r), "cause: request #1 got status " + std::to_string(c.status == 201 ? 202 : 201) +
                            " but its route answers " + std::to_string(c.status) + " itself")
        << c.match << " | " << c.request;
  }
}

TEST_F(Routes, SaysWhereChanceDecides) {
  const Case c{"prefix: /, runtime_fraction: { default_value: { numerator: 50 } }", "get /", 201};
  std::string scenario = storyOf(c);
  scenario.resize(scenario.find("always:"));
  const RunResult r = run(scenario, matching(c.match));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  // The reply is told by its details.
  ASSERT_FALSE(r.notJudged.empty());
  EXPECT_EQ(r.notJudged[0].check, "cause");
}

// The second of two requests that need a connection at once, where one may wait.
TEST_F(Routes, AnOverflowIsJudgedByWhatElseIsUnderWay) {
  const auto limited = [](int pending) {
    return bootstrap() + "      circuit_breakers: { thresholds: [{ max_connections: 1, max_pending_requests: " +
           std::to_string(pending) + " }] }\n";
  };
  const std::string two =
      "    - connect proxy:10000 as one\n    - connect proxy:10000 as two\n    - use one\n    - send get / -> a\n"
      "    - use two\n    - get / -> b\n    - use one\n    - wait for response a";
  const std::string origin = "    - from then on, answer 200 after 100ms";
  const RunResult r = run(story(two, origin, "default:\n  - b.status == 503 and b.flags == UO\n"), limited(1));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  EXPECT_EQ(first(planted(story(two, origin), limited(1), limited(2))),
            "cause: request #2 got flag UO but beside it only 1 requests were under way, and its cluster takes 2");
}

}  // namespace
}  // namespace orrery::sim
