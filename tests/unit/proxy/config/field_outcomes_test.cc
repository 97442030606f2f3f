// The second half of the promise of FIELDS.md: an honoured field set to two values does not only give two settings, a peer
// (client, origin, who reads the access log or asks the admin endpoint) sees two outcomes.
//
// Each case of field_cases.h is loaded with both its values and run through the same short stories (field_probes.h) in the
// simulated world, until one story shows two transcripts. What no story shows is listed below by name with its reason; a
// name on the list that is seen after all fails too.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sim/world/world.h"
#include "tests/support/worlds.h"
#include "tests/unit/proxy/config/field_cases.h"
#include "tests/unit/proxy/config/field_probes.h"

namespace orrery::config {
namespace {

// Fields whose two values no peer of these stories can tell apart, and why. What needs a configuration of several parts is
// followed to its outcome by the tests of the part that does it, on the real proxy; they are named.
const std::map<std::string_view, std::string_view> kUnseen = {
    {"RuntimeLayer.admin_layer", "says only that POST /runtime_modify may write: tests/unit/proxy/admin"},
    {"TcpKeepalive.keepalive_probes", "an idle peer that answers shows no difference: tests/contract"},
    {"TcpKeepalive.keepalive_time", "as above"},
    {"TcpKeepalive.keepalive_interval", "as above"},
    {"Listener.tcp_keepalive", "as above"},
    {"UpstreamConnectionOptions.tcp_keepalive", "as above"},
    {"FilterChain.name", "a name that nothing shows"},
    {"Filter.name", "a name that nothing shows"},
    {"HttpFilter.name", "names the settings of routes: tests/unit/proxy/http/route_settings"},
    {"AccessLog.name", "a name that nothing shows"},
    {"RouteConfiguration.name", "a name that nothing shows"},
    {"VirtualHost.name", "a name that only formats show: tests/unit/proxy/format"},
    {"Route.name", "a name that only formats show: tests/unit/proxy/format"},
    {"BindConfig.source_address", "a machine of a story has one address: tests/contract"},
    {"Endpoint.hostname", "for host rewriting: tests/unit/proxy/route"},
    {"Router.respect_expected_rq_timeout", "needs an internal peer: tests/unit/proxy/upstream/request"},
    {"Http1ProtocolOptions.enable_trailers", "needs trailers on both sides: tests/unit/proxy/codec/http1"},
    {"RuntimeFractionalPercent.runtime_key", "needs a runtime layer: tests/unit/proxy/route"},
    {"RuntimeUInt32.runtime_key", "needs a runtime layer: tests/unit/proxy/access_log"},
    {"RuntimeFilter.runtime_key", "needs a runtime layer: tests/unit/proxy/access_log"},
    {"RouteAction.cluster_not_found_response_code", "needs an unchecked cluster: tests/unit/proxy/upstream/request"},
    {"RetryPolicy.retry_host_predicate", "needs several hosts: tests/unit/proxy/upstream/request"},
    {"RetryPolicy.host_selection_retry_max_attempts", "needs several hosts: tests/unit/proxy/upstream/request"},
    {"HttpFilter.disabled", "needs a filter beside the router: tests/unit/proxy/http"},
    {"RouteConfiguration.typed_per_filter_config", "as above"},
    {"VirtualHost.typed_per_filter_config", "as above"},
    {"Route.typed_per_filter_config", "as above"},
    {"VirtualHost.request_body_buffer_limit", "needs a body that is sent again; no test follows it yet"},
    {"VirtualHost.per_request_buffer_limit_bytes", "as above"},
    {"Route.request_body_buffer_limit", "as above"},
    {"Route.per_request_buffer_limit_bytes", "as above"},
    {"RouteAction.auto_host_rewrite", "needs endpoints with names; no test follows it yet"},
    {"RouteAction.hash_policy", "only a choice by hash shows it: tests/unit/proxy/route"},
    {"WeightedCluster.runtime_key_prefix", "needs a runtime layer; no test follows it yet"},
    {"WeightedCluster.header_name", "needs a header with a number; no test follows it yet"},
    {"WeightedCluster.use_hash_policy", "needs a hash policy; no test follows it yet"},
    {"RetryPolicy.rate_limited_retry_back_off", "needs an answer that names a time: tests/unit/proxy/upstream/request"},
    {"RateLimitedRetryBackOff.max_interval", "as above"},
    {"RetryHostPredicate.typed_config", "needs several hosts: tests/unit/proxy/upstream/request"},
};

// Messages of filters other than the router: the sample has none of them, and each filter's own tests and exchanges with
// Envoy (tests/differential) run it in the real proxy with its settings. Hash policies: only a choice by hash shows them.
constexpr std::string_view kElsewhere[] = {
    "envoy.extensions.filters.http.",
    "envoy.extensions.filters.common.fault.",
    "envoy.config.rbac.",
    "envoy.extensions.compression.",
    "envoy.type.v3.TokenBucket",
    "envoy.type.v3.HttpStatus",
    "envoy.type.v3.Int32Range",
    "envoy.type.matcher.v3.PathMatcher",
    "envoy.config.route.v3.FilterConfig",
    "envoy.config.route.v3.RouteAction.HashPolicy",
    "envoy.config.core.v3.RuntimeFeatureFlag",
    "envoy.extensions.http.original_ip_detection.",
};

// Other values than the case's where those show nothing alone: the same field beside what it needs.
struct Better {
  std::string_view name;
  At where;
  std::string_view first;
  std::string_view second;
};
#define ADDRESS "\n          use_remote_address: true"
#define DIRECT_HOST(status)                                                                     \
  "virtual_hosts: [{name: h, domains: [\"*\"], routes: [{match: {prefix: /}, direct_response: " \
  "{status: " status "}}]}]"
#define ANY(type) "\"@type\": type.googleapis.com/envoy.extensions.filters." type
#define CHAIN(status) \
  "{name: c, filters: [{name: h, typed_config: {" ANY(                                                            \
      "network.http_connection_manager.v3.HttpConnectionManager") ", stat_prefix: s, route_config: {" DIRECT_HOST( \
      status) "}, http_filters: [{name: r, typed_config: {" ANY("http.router.v3.Router") "}}]}}]}"
#define TWO_HOSTS                                                                                               \
  "\n    load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: " \
  "{address: 127.0.0.2, port_value: 8080}}}}, {endpoint: {address: {socket_address: {address: 127.0.0.3, "      \
  "port_value: 8080}}}}]}]}"
#define POLICY(type)                                                                                 \
  "load_balancing_policy: {policies: [{typed_extension_config: {name: p, typed_config: {\"@type\": " \
  "type.googleapis.com/envoy.extensions.load_balancing_policies." type "}}}]}" TWO_HOSTS
#define WEIGHTS(other)                                                                               \
  "routes: [{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: origin, weight: 1}, " \
  "{name: other, weight: " other "}]}}}]"
#define FRACTION(denominator) \
  "match: {prefix: /, runtime_fraction: {default_value: {numerator: 4000, denominator: " denominator "}}}"
#define LEVELS(wins)                                                                                                  \
  "most_specific_header_mutations_wins: " wins                                                                        \
  "\n            response_headers_to_add: [{header: {key: a, value: c}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}]"  \
  "\n            virtual_hosts: [{name: h, domains: [\"*\"], response_headers_to_add: [{header: {key: a, value: h}, " \
  "append_action: OVERWRITE_IF_EXISTS_OR_ADD}], routes: [{match: {prefix: /}, route: {cluster: origin}}]}]"
#define PORTS(ignore)                     \
  "ignore_port_in_host_matching: " ignore \
  "\n            "                        \
  "virtual_hosts: [{name: h, domains: [h.c], routes: [{match: {prefix: /}, route: {cluster: origin}}]}]"
#define LOG(rest)                                                                                                   \
  "access_log: [{name: f, " rest                                                                                    \
  " typed_config: {\"@type\": "                                                                                     \
  "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /a, log_format: {text_format: " \
  "\"x\\n\"}}}]"
#define STATUS_FROM(status) \
  "{status_code_filter: {comparison: {op: GE, value: {default_value: " status ", runtime_key: k}}}}"
#define SAMPLED(rest) LOG("filter: {runtime_filter: {runtime_key: a, percent_sampled: {numerator: 50}" rest "}},")
#define COOKIE(name, value) "match: {prefix: /, cookies: [{name: " name ", string_match: {exact: \"" value "\"}}]}"
#define PARAMETERS(ignore)                           \
  "ignore_path_parameters_in_path_matching: " ignore \
  "\n            "                                   \
  "virtual_hosts: [{name: h, domains: [\"*\"], routes: [{match: {path: /a}, route: {cluster: origin}}]}]"
constexpr Better kBetter[] = {
    {"CookieMatcher.name", At::kRoute, COOKIE("a", "1"), COOKIE("b", "1")},
    {"CookieMatcher.string_match", At::kRoute, COOKIE("a", "1"), COOKIE("a", "2")},
    {"RouteConfiguration.ignore_path_parameters_in_path_matching", At::kRouteConfig, PARAMETERS("true"),
     PARAMETERS("false")},
    {"RouteAction.host_rewrite_header", At::kRouteAction, "host_rewrite_header: a", "host_rewrite_header: b"},
    {"AndFilter.filters", At::kHcm,
     LOG("filter: {and_filter: {filters: [" STATUS_FROM("100") ", " STATUS_FROM("200") "]}},"),
     LOG("filter: {and_filter: {filters: [" STATUS_FROM("100") ", " STATUS_FROM("600") "]}},")},
    {"RuntimeUInt32.default_value", At::kHcm, LOG("filter: " STATUS_FROM("100") ","),
     LOG("filter: " STATUS_FROM("600") ",")},
    {"RuntimeFilter.use_independent_randomness", At::kHcm, SAMPLED(""), SAMPLED(", use_independent_randomness: true")},
    {"ResponseFlagFilter.flags", At::kHcm, LOG("filter: {response_flag_filter: {flags: [UF]}},"),
     LOG("filter: {response_flag_filter: {flags: [UT]}},")},
    {"GrpcStatusFilter.statuses", At::kHcm, LOG("filter: {grpc_status_filter: {statuses: [UNAVAILABLE]}},"),
     LOG("filter: {grpc_status_filter: {statuses: [UNKNOWN]}},")},
    {"HttpConnectionManager.access_log_flush_interval", At::kHcm, LOG("") "\n          access_log_flush_interval: 1s",
     LOG("") "\n          access_log_flush_interval: 2s"},
    {"HttpConnectionManager.flush_access_log_on_new_request", At::kHcm,
     LOG("") "\n          flush_access_log_on_new_request: true",
     LOG("") "\n          flush_access_log_on_new_request: false"},
    {"HcmAccessLogOptions.access_log_flush_interval", At::kHcm,
     LOG("") "\n          access_log_options: {access_log_flush_interval: 1s}",
     LOG("") "\n          access_log_options: {access_log_flush_interval: 2s}"},
    {"HcmAccessLogOptions.flush_access_log_on_new_request", At::kHcm,
     LOG("") "\n          access_log_options: {flush_access_log_on_new_request: true}",
     LOG("") "\n          access_log_options: {}"},
    {"HttpConnectionManager.xff_num_trusted_hops", At::kHcm, "xff_num_trusted_hops: 1" ADDRESS,
     "xff_num_trusted_hops: 2" ADDRESS},
    {"HttpConnectionManager.skip_xff_append", At::kHcm, "skip_xff_append: true" ADDRESS,
     "skip_xff_append: false" ADDRESS},
    {"HttpConnectionManager.preserve_external_request_id", At::kHcm, "preserve_external_request_id: true" ADDRESS,
     "preserve_external_request_id: false" ADDRESS},
    {"HttpConnectionManager.route_config", At::kHcm, "route_config: {" DIRECT_HOST("201") "}",
     "route_config: {" DIRECT_HOST("202") "}"},
    {"HttpConnectionManager.http_filters", At::kHcm,
     "http_filters: [{name: r, typed_config: {" ANY("http.router.v3.Router") "}}]",
     "http_filters: [{name: r, typed_config: {" ANY("http.router.v3.Router") ", suppress_envoy_headers: true}}]"},
    {"Listener.filter_chains", At::kListener, "filter_chains: [" CHAIN("201") "]", "filter_chains: [" CHAIN("202") "]"},
    {"Listener.default_filter_chain", At::kListener, "filter_chains: []\n    default_filter_chain: " CHAIN("201"),
     "filter_chains: []\n    default_filter_chain: " CHAIN("202")},
    {"FilterChain.filters", At::kListener, "filter_chains: [" CHAIN("201") "]", "filter_chains: [" CHAIN("202") "]"},
    {"Cluster.lb_policy", At::kCluster, "lb_policy: RANDOM" TWO_HOSTS, "lb_policy: ROUND_ROBIN" TWO_HOSTS},
    {"Cluster.load_balancing_policy", At::kCluster, POLICY("random.v3.Random"), POLICY("round_robin.v3.RoundRobin")},
    {"LoadBalancingPolicy.policies", At::kCluster, POLICY("random.v3.Random"), POLICY("round_robin.v3.RoundRobin")},
    {"Http1ProtocolOptions.default_host_for_http_10", At::kHcm,
     "http_protocol_options: {accept_http_10: true, default_host_for_http_10: a}",
     "http_protocol_options: {accept_http_10: true, default_host_for_http_10: b}"},
    {"RouteConfiguration.most_specific_header_mutations_wins", At::kRouteConfig, LEVELS("true"), LEVELS("false")},
    {"RouteConfiguration.ignore_port_in_host_matching", At::kRouteConfig, PORTS("true"), PORTS("false")},
    {"VirtualHost.require_tls", At::kHost, "require_tls: ALL", "require_tls: NONE"},
    {"RouteMatch.safe_regex", At::kRoute, "match: {safe_regex: {regex: /a.*}}", "match: {safe_regex: {regex: /b.*}}"},
    {"RegexMatcher.regex", At::kRoute, "match: {safe_regex: {regex: /a.*}}", "match: {safe_regex: {regex: /b.*}}"},
    {"RouteMatch.case_sensitive", At::kRoute, "match: {prefix: /A, case_sensitive: false}",
     "match: {prefix: /A, case_sensitive: true}"},
    {"FractionalPercent.denominator", At::kRoute, FRACTION("TEN_THOUSAND"), FRACTION("MILLION")},
    {"RouteAction.weighted_clusters", At::kHost, WEIGHTS("1"),
     "routes: [{match: {prefix: /}, route: {cluster: origin}}]"},
    {"ClusterWeight.weight", At::kHost, WEIGHTS("1"), WEIGHTS("9")},
    {"RouteAction.append_x_forwarded_host", At::kRouteAction,
     "append_x_forwarded_host: true\n                  host_rewrite_literal: z",
     "append_x_forwarded_host: false\n                  host_rewrite_literal: z"},
    {"RetryBackOff.max_interval", At::kRouteAction,
     "retry_policy: {retry_on: 5xx, num_retries: 6, retry_back_off: {base_interval: 1s, max_interval: 1s}}",
     "retry_policy: {retry_on: 5xx, num_retries: 6, retry_back_off: {base_interval: 1s, max_interval: 9s}}"},
};

class FieldOutcomes : public testing::Test {
 protected:
  static std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  }

  // The sample's origin gets an address of its own, as each host of a world has.
  static std::string bootstrapWith(At where, std::string_view snippet) {
    return replaced(sampleYaml(where, snippet), "address: 127.0.0.1, port_value: 8080",
                    "address: 127.0.0.2, port_value: 8080");
  }

  // Everything that crosses between two hosts, and every file that is written: the names and times of what a peer sees.
  std::string transcriptOf(const Probe& probe, const std::string& bootstrap) {
    const sim::Compiled compiled =
        sim::compileScenario("probe.yaml", [&](const std::string& path) -> Result<std::string> {
          if (path == "probe.yaml") return std::string(probe.story);
          if (path == "sample.yaml") return bootstrap;
          return makeError("no such file");
        });
    if (compiled.scenario == nullptr) {
      std::string refused = "refused:";
      for (const sim::Diagnostic& d : compiled.diagnostics) {
        if (!d.warning) refused += ' ' + d.message;
      }
      return refused;
    }
    const sim::RunResult result = sim::runScenario(*compiled.scenario, {.record = true}, pools_);
    if (result.outcome == sim::RunOutcome::kError) return "error: " + result.error;
    std::string out;
    for (const sim::RecordedEvent& e : result.recording->events.events()) {
      if (e.name != "segment_sent" && e.name != "file_appended") continue;
      out += std::to_string(e.at.inNanoseconds());
      for (const sim::RecordedField& f : e.fields) {
        if (f.name == "window") continue;
        out += ' ';
        out += f.isText ? f.text : std::to_string(f.number);
      }
      out += '\n';
    }
    return out;
  }

  // Some story shows the two values apart.
  bool differs(At where, std::string_view one, std::string_view two) {
    const std::string first = bootstrapWith(where, one);
    const std::string second = bootstrapWith(where, two);
    for (const Probe& probe : fieldProbes()) {
      if (transcriptOf(probe, first) != transcriptOf(probe, second)) return true;
    }
    return false;
  }

  sim::WorldPools pools_;
};

TEST_F(FieldOutcomes, APeerSeesTheTwoValuesOfEveryHonouredField) {
  for (const FieldCase& test : fieldCases()) {
    const std::string name =
        std::string(test.message.substr(test.message.rfind('.') + 1)) + "." + std::string(test.field);
    const bool elsewhere = std::any_of(std::begin(kElsewhere), std::end(kElsewhere),
                                       [&](std::string_view prefix) { return test.message.starts_with(prefix); });
    if (elsewhere && !test.message.starts_with("envoy.extensions.filters.http.router.")) continue;
    bool seen = differs(test.where, test.first, test.second);
    for (const Better& better : kBetter) {
      if (!seen && better.name == name) seen = differs(better.where, better.first, better.second);
    }
    EXPECT_EQ(seen, !kUnseen.contains(name))
        << name << (seen ? " is seen by a peer: take it off the list" : " changes nothing that a peer sees");
  }
}

TEST_F(FieldOutcomes, TheProbesRun) {
  for (const Probe& probe : fieldProbes()) {
    const std::string transcript = transcriptOf(probe, bootstrapWith(At::kNowhere, ""));
    EXPECT_GT(transcript.size(), 1000u) << probe.name << ": " << transcript;
    EXPECT_EQ(transcript, transcriptOf(probe, bootstrapWith(At::kNowhere, ""))) << probe.name;
  }
}

}  // namespace
}  // namespace orrery::config
