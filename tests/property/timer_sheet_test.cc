#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "sim/script/units.h"
#include "tests/unit/sim/world/story_world.h"

// The timers of a proxy's configuration, one row each: the whole proxy in a world where nothing else takes time than the ways between hosts.
// What a timer does is seen by a client or an origin in one microsecond (each turn of a loop takes 1 ns), and nothing is seen before. Each row is told twice,
// with two values of its timer, so that neither instant can come from anything else. Defaults and starts: Envoy 1.40 (api/envoy, and measured).
namespace orrery::sim {
namespace {

constexpr Duration us(int64_t n) { return Duration::microseconds(n); }
constexpr Duration ms(int64_t n) { return Duration::milliseconds(n); }

// Each way between two hosts.
constexpr Duration kWay = us(10);

struct Row {
  const char* name;
  // Fields in YAML's flow style, "%T" for the timer's value: of the connection manager, of the route's action, of the cluster, of its
  // HTTP options, of those of HTTP/2.
  std::string manager = {};
  std::string action = {};
  std::string cluster = {};
  std::string upstream = {};
  std::string http2 = {};
  std::string rest = {};      // faults, hosts' stories
  const char* observed = "";  // a value of the scenario language
  Duration (*at)(Duration timer) = nullptr;
  // Where a random draw is part of it: the latest instant, which is none of them.
  Duration (*before)(Duration timer) = nullptr;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// A protobuf duration: seconds with a fraction.
std::string seconds(Duration d) {
  const std::string nanoseconds = std::to_string(d.inNanoseconds() % 1'000'000'000 + 1'000'000'000).substr(1);
  return std::to_string(d.inNanoseconds() / 1'000'000'000) + "." + nanoseconds + "s";
}

// The world of every story test, with the row's fields.
std::string bootstrapOf(const Row& row, Duration timer) {
  const std::string action = row.action.empty() ? "" : ", " + row.action;
  std::string text = bootstrap("route: { cluster: origin" + action + " }", "                " + row.manager);
  const std::string origin = R"(      type: STATIC
      CLUSTER
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: { PROTOCOL }
          UPSTREAM
)";
  text = replaced(text, "      type: STATIC\n", origin);
  text = replaced(text, "CLUSTER", row.cluster);
  text = replaced(text, "PROTOCOL",
                  row.http2.empty() ? "http_protocol_options: {}" : "http2_protocol_options: { " + row.http2 + " }");
  text = replaced(text, "UPSTREAM", row.upstream);
  return replaced(text, "%T", seconds(timer));
}

std::string storyOf(const Row& row, Duration timer) {
  return "claim: " + std::string(row.name) + R"( at its instant
proxy: { bootstrap: b.yaml }
hosts:
  client:
  origin: { listens: 8080 }
)" + replaced(row.rest, "%T", script::printDuration(timer)) +
         "default:\n  - " + row.observed + " >= " + script::printDuration(row.at(timer)) + "\n  - " + row.observed +
         " < " + script::printDuration(row.before != nullptr ? row.before(timer) : row.at(timer) + us(1)) + "\n";
}

class TimerSheet : public World, public testing::WithParamInterface<Row> {
 protected:
  // What did not hold in the plain run; empty: all did.
  std::string failuresOf(const std::string& story, const std::string& boot) {
    const RunResult result = run(story, boot);
    return result.outcome == RunOutcome::kPass ? "" : first(result) + "\n" + story + boot;
  }
};

TEST_P(TimerSheet, ActsAtItsInstantAndNotBefore) {
  for (const Duration timer : {ms(300), ms(1700)}) {
    EXPECT_EQ(failuresOf(storyOf(GetParam(), timer), bootstrapOf(GetParam(), timer)), "");
  }
}

constexpr Duration ways(int64_t n) { return kWay * n; }

// Requests leave the client when its connection stands (2 ways) and are at the proxy a way later; the proxy's own connection takes 2 more.
constexpr const char* kGet = R"(story:
  client:
    - connect proxy:10000
    - get / -> r
    - wait for close within 1m
)";
constexpr const char* kHalfARequest = R"(story:
  client:
    - connect proxy:10000
    - 'send raw "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\na" -> r'
    - wait for close within 1m
)";
constexpr const char* kOnlyConnects = R"(story:
  client:
    - connect proxy:10000
    - wait for close within 1m
)";
constexpr const char* kSilent = R"(  origin:
    - from then on, never answer
)";
constexpr const char* kAnswers = R"(  origin:
    - accept
    - answer 200 "ok"
    - wait for close within 1m
)";

std::string both(const char* client, const char* origin) { return std::string(client) + origin; }

// Its way to the proxy is cut while its request waits.
constexpr const char* kCutOffClient = R"(faults:
  - black hole client-proxy from 100ms to 10s
story:
  client:
    - connect proxy:10000 with http2
    - send get / -> r
    - wait for close within 1m
  origin:
    - accept
    - read request
    - wait for close within 1m
)";

const std::vector<Row> kRows = {
    {.name = "connect_timeout",
     .cluster = "connect_timeout: %T",
     .rest = "faults:\n  - black hole proxy-origin\n" + both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    {.name = "stream_idle_timeout_waiting_for_an_answer",
     .manager = "stream_idle_timeout: %T",
     .action = "timeout: 0s",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    {.name = "stream_idle_timeout_waiting_for_the_request",
     .manager = "stream_idle_timeout: %T",
     .rest = std::string(R"(story:
  client:
    - connect proxy:10000
    - 'send raw "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\na" -> r'
    - wait 200ms
    - send raw "b"
    - wait for response r within 1m
)") + kAnswers,
     .observed = "r.took",
     .at = [](Duration t) { return ms(200) + t + ways(2); }},
    // Its upstream connection goes at once, the client's a delayed close later.
    {.name = "stream_idle_timeout_after_the_headers",
     .manager = "stream_idle_timeout: %T",
     .rest = std::string(kGet) + R"(  origin:
    - accept
    - read request
    - 'send raw "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na"'
    - wait 200ms
    - send raw "b"
    - wait for close within 1m
)",
     .observed = "origin.closed",
     .at = [](Duration t) { return ms(200) + t + ways(8); }},
    {.name = "request_timeout",
     .manager = "request_timeout: %T",
     .rest = both(kHalfARequest, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    // Not restarted by bytes.
    {.name = "request_headers_timeout",
     .manager = "request_headers_timeout: %T",
     .rest = std::string(R"(story:
  client:
    - connect proxy:10000
    - send raw "GET / HTTP/1.1\r\nho" -> r
    - wait 200ms
    - send raw "st"
    - wait for response r within 1m
)") + kAnswers,
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    {.name = "idle_timeout_of_a_connection_without_requests",
     .manager = "common_http_protocol_options: { idle_timeout: %T }",
     .rest = both(kOnlyConnects, kSilent),
     .observed = "client.closed",
     .at = [](Duration t) { return t + ways(4); }},
    // Drain sequence and delayed close follow: HTTP/1 has them too.
    {.name = "idle_timeout_after_a_request",
     .manager = "common_http_protocol_options: { idle_timeout: %T }",
     .rest = both(kGet, kAnswers),
     .observed = "client.closed",
     .at = [](Duration t) { return t + ms(5000) + ms(1000) + ways(8); }},
    {.name = "max_connection_duration_of_a_connection_without_requests",
     .manager = "common_http_protocol_options: { max_connection_duration: %T }",
     .rest = both(kOnlyConnects, kSilent),
     .observed = "client.closed",
     .at = [](Duration t) { return t + ways(4); }},
    {.name = "max_connection_duration_after_a_request",
     .manager = "common_http_protocol_options: { max_connection_duration: %T }",
     .rest = both(kGet, kAnswers),
     .observed = "client.closed",
     .at = [](Duration t) { return t + ms(5000) + ms(1000) + ways(4); }},
    // An idle connection waits for its next request, whose response ends it.
    {.name = "http1_safe_max_connection_duration",
     .manager = "http1_safe_max_connection_duration: true\n                "
                "common_http_protocol_options: { max_connection_duration: %T }",
     .rest = std::string(R"(story:
  client:
    - connect proxy:10000
    - get / -> before
    - wait %T
    - get / -> after
    - wait for close within 1m
  origin:
    - from then on, answer 200 "ok"
)"),
     .observed = "client.closed",
     .at = [](Duration t) { return t + ways(12); }},
    {.name = "max_connection_duration_over_http2",
     .manager = "common_http_protocol_options: { max_connection_duration: %T }",
     .rest = std::string(R"(story:
  client:
    - connect proxy:10000 with http2
    - get / -> r
    - wait for close within 1m
)") + kAnswers,
     .observed = "client.closed",
     .at = [](Duration t) { return t + ms(5000) + ms(1000) + ways(4); }},
    // Drawn: up to so much more.
    {.name = "max_connection_duration_jitter",
     .manager =
         "common_http_protocol_options: { max_connection_duration: %T, max_connection_duration_jitter: { value: 50 } }",
     .rest = both(kGet, kAnswers),
     .observed = "client.closed",
     .at = [](Duration t) { return t + ms(5000) + ms(1000) + ways(4); },
     .before = [](Duration t) { return t + t / 2 + ms(5000) + ms(1000) + ways(4); }},
    {.name = "drain_timeout",
     .manager = "common_http_protocol_options: { max_connection_duration: 0.1s }\n                drain_timeout: %T",
     .rest = both(kGet, kAnswers),
     .observed = "client.closed",
     .at = [](Duration t) { return ms(100) + t + ms(1000) + ways(4); }},
    // Drawn: up to so much more.
    {.name = "drain_timeout_jitter",
     .manager = "common_http_protocol_options: { max_connection_duration: 0.1s }\n                "
                "drain_timeout: %T\n                drain_timeout_jitter: { value: 50 }",
     .rest = both(kGet, kAnswers),
     .observed = "client.closed",
     .at = [](Duration t) { return ms(100) + t + ms(1000) + ways(4); },
     .before = [](Duration t) { return ms(100) + t + t / 2 + ms(1000) + ways(4); }},
    {.name = "delayed_close_timeout",
     .manager = "request_timeout: 0.1s\n                delayed_close_timeout: %T",
     .rest = both(kHalfARequest, kSilent),
     .observed = "client.closed",
     .at = [](Duration t) { return ms(100) + t + ways(4); }},
    {.name = "max_stream_duration_of_the_manager",
     .manager = "common_http_protocol_options: { max_stream_duration: %T }",
     .action = "timeout: 0s",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    {.name = "max_stream_duration_of_the_route",
     .action = "timeout: 0s, max_stream_duration: { max_stream_duration: %T }",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    {.name = "max_stream_duration_of_the_cluster",
     .action = "timeout: 0s",
     .upstream = "common_http_protocol_options: { max_stream_duration: %T }",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(4); }},
    {.name = "idle_timeout_of_the_route",
     .action = "timeout: 0s, idle_timeout: %T",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(2); }},
    // From the end of the request.
    {.name = "timeout_of_the_route",
     .action = "timeout: %T",
     .rest = std::string(R"(story:
  client:
    - connect proxy:10000
    - post / body 20 in 2 parts every 4s -> r
)") + kSilent,
     .observed = "r.took",
     .at = [](Duration t) { return ms(4000) + t + ways(2); }},
    // From the connection's being there, and the end of the request.
    {.name = "per_try_timeout",
     .action = "timeout: 0s, retry_policy: { per_try_timeout: %T }",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(4); }},
    {.name = "per_try_idle_timeout",
     .action = "timeout: 0s, retry_policy: { per_try_idle_timeout: %T }",
     .rest = both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(4); }},
    // A second connection for the second try, after a pause that is drawn: below 25 ms.
    {.name = "hedge_on_per_try_timeout",
     .action = "hedge_policy: { hedge_on_per_try_timeout: true }, "
               "retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: %T }",
     .rest = std::string(kGet) + R"(  origin:
    - accept
    - accept
    - answer 200 "second"
)",
     .observed = "r.took",
     .at = [](Duration t) { return t + ways(8); },
     .before = [](Duration t) { return t + ms(25) + ways(8); }},
    // Drawn: up to the interval.
    {.name = "base_interval_of_retries",
     .action = "retry_policy: { retry_on: 5xx, num_retries: 1, retry_back_off: { base_interval: %T } }",
     .rest = std::string(kGet) + R"(  origin:
    - accept
    - answer 503 "no"
    - answer 200 "yes"
)",
     .observed = "r.took",
     .at = [](Duration) { return ways(6); },
     .before = [](Duration t) { return t + ways(8); }},
    {.name = "retry_after_a_rate_limit",
     .action =
         "retry_policy: { retry_on: 5xx, num_retries: 1, "
         "rate_limited_retry_back_off: { reset_headers: [{ name: retry-after, format: SECONDS }], max_interval: %T } }",
     .rest = std::string(kGet) + R"(  origin:
    - accept
    - answer 503 "no" with retry-after=10
    - answer 200 "yes"
)",
     .observed = "r.took",
     .at = [](Duration) { return ways(6); },
     .before = [](Duration) { return ms(25) + ways(8); }},
    {.name = "idle_timeout_of_a_pooled_connection",
     .upstream = "common_http_protocol_options: { idle_timeout: %T }",
     .rest = both(kGet, kAnswers),
     .observed = "origin.closed",
     .at = [](Duration t) { return t + ways(8); }},
    {.name = "max_connection_duration_of_a_pooled_connection",
     .upstream = "common_http_protocol_options: { max_connection_duration: %T }",
     .rest = both(kGet, kAnswers),
     .observed = "origin.closed",
     .at = [](Duration t) { return t + ways(6); }},
    {.name = "interval_of_keepalive_downstream",
     .manager = "http2_protocol_options: { connection_keepalive: { interval: %T, timeout: 0.25s, interval_jitter: { "
                "value: 0 } } }",
     .action = "timeout: 0s",
     .rest = kCutOffClient,
     .observed = "origin.closed",
     .at = [](Duration t) { return t + ms(250) + ways(4); }},
    {.name = "timeout_of_keepalive_downstream",
     .manager = "http2_protocol_options: { connection_keepalive: { interval: 0.25s, timeout: %T, interval_jitter: { "
                "value: 0 } } }",
     .action = "timeout: 0s",
     .rest = kCutOffClient,
     .observed = "origin.closed",
     .at = [](Duration t) { return t + ms(250) + ways(4); }},
    {.name = "interval_of_keepalive_upstream",
     .action = "timeout: 0s",
     .http2 = "connection_keepalive: { interval: %T, timeout: 0.25s, interval_jitter: { value: 0 } }",
     .rest = "faults:\n  - black hole proxy-origin from 100ms\n" + both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ms(250) + ways(4); }},
    {.name = "timeout_of_keepalive_upstream",
     .action = "timeout: 0s",
     .http2 = "connection_keepalive: { interval: 0.25s, timeout: %T, interval_jitter: { value: 0 } }",
     .rest = "faults:\n  - black hole proxy-origin from 100ms\n" + both(kGet, kSilent),
     .observed = "r.took",
     .at = [](Duration t) { return t + ms(250) + ways(4); }},
};

// A client that does not read sees nothing of it: what it gets when it reads on, just in time or just too late, tells. The end of the answer is
// at the proxy after 7 ways; what the client says when it reads on is there 3 ways after its pause began.
using StreamFlushTimeout = World;
TEST_F(StreamFlushTimeout, ActsAtItsInstantAndNotBefore) {
  for (const Duration timer : {ms(300), ms(1700)}) {
    for (const bool inTime : {true, false}) {
      const Duration pause = timer + ways(4) + (inTime ? us(-1) : us(1));
      Row row{.name = "stream_flush_timeout", .manager = "stream_flush_timeout: %T"};
      row.rest = R"(story:
  client:
    - connect proxy:10000 with http2
    - stop reading
    - send get / -> r
    - wait )" + script::printDuration(pause) +
                 R"(
    - read on
    - wait for response r within 1m
  origin:
    - from then on, answer 200 body 100KiB
)";
      row.observed = "r.took";
      row.at = [](Duration) { return ways(0); };
      row.before = [](Duration t) { return t + ms(1000); };
      const std::string story = storyOf(row, timer) + "always:\n  - " + (inTime ? "r.complete" : "r.reset") + "\n";
      EXPECT_EQ(first(run(story, bootstrapOf(row, timer))), "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, TimerSheet, testing::ValuesIn(kRows),
                         [](const testing::TestParamInfo<Row>& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace orrery::sim
