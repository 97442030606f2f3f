#include <benchmark/benchmark.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/world/world.h"
#include "tests/support/worlds.h"

// What a filter of the chain costs a request: the load of world_bench.cc through router alone, through each filter and the router, and through five.
// At least 120,000 requests a second and core through router and five filters, every oracle on.
namespace orrery::sim {
namespace {

constexpr int64_t kRequests = 20'000;

std::string filter(const std::string& name, const std::string& type, const std::string& fields) {
  return "                  - { name: " + name +
         ", typed_config: { \"@type\": type.googleapis.com/envoy.extensions.filters.http." + type +
         (fields.empty() ? "" : ", " + fields) + " } }\n";
}

std::string named(const std::string& name) {
  if (name == "cors") return filter(name, "cors.v3.Cors", "");
  if (name == "csrf")
    return filter(name, "csrf.v3.CsrfPolicy", "filter_enabled: { default_value: { numerator: 100 } }");
  if (name == "rbac") {
    return filter(name, "rbac.v3.RBAC",
                  "rules: { policies: { all: { permissions: [{ url_path: { path: { prefix: / } } }], principals: [{ "
                  "any: true }] } } }");
  }
  if (name == "header_mutation") {
    return filter(name, "header_mutation.v3.HeaderMutation",
                  "mutations: { request_mutations: [{ append: { header: { key: x-a, value: b } } }], "
                  "response_mutations: [{ append: { header: { key: x-c, value: d } } }] }");
  }
  if (name == "local_ratelimit") {
    return filter(
        name, "local_ratelimit.v3.LocalRateLimit",
        "stat_prefix: limit, token_bucket: { max_tokens: 1000000000, tokens_per_fill: 1000000000, fill_interval: 1s }, "
        "filter_enabled: { default_value: { numerator: 100 } }, filter_enforced: { default_value: { numerator: 100 } "
        "}");
  }
  if (name == "fault") return filter(name, "fault.v3.HTTPFault", "");
  if (name == "buffer") return filter(name, "buffer.v3.Buffer", "max_request_bytes: 65536");
  if (name == "bandwidth_limit") {
    return filter(name, "bandwidth_limit.v3.BandwidthLimit",
                  "stat_prefix: band, enable_mode: REQUEST_AND_RESPONSE, limit_kbps: 1000000000");
  }
  if (name == "set_metadata")
    return filter(name, "set_metadata.v3.Config", "metadata: [{ metadata_namespace: ns, value: { k: v } }]");
  if (name == "health_check")
    return filter(name, "health_check.v3.HealthCheck",
                  "pass_through_mode: false, headers: [{ name: x-nobody, string_match: { exact: a } }]");
  // SHA-1 of a password for each request.
  if (name == "basic_auth")
    return filter(name, "basic_auth.v3.BasicAuth", "users: { inline_string: \"a:{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw=\" }");
  // The origin is the service too: a second request, which waits for its answer.
  if (name == "ext_authz")
    return filter(name, "ext_authz.v3.ExtAuthz",
                  "http_service: { server_uri: { uri: x, cluster: origin, timeout: 1s } }");
  // Of a client that takes no coding: what deciding costs. What coding costs is a matter of the libraries.
  if (name == "compressor" || name == "decompressor") {
    return filter(name, name + ".v3." + (name == "compressor" ? "Compressor" : "Decompressor"),
                  name +
                      "_library: { name: l, typed_config: { \"@type\": type.googleapis.com/"
                      "envoy.extensions.compression.gzip." +
                      name + ".v3.Gzip } }");
  }
  return "";
}

std::string bootstrapWith(const std::string& filters) {
  std::ifstream in("scenarios/bootstraps/edge.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  std::string out = text.str();
  const std::string heading = "                http_filters:\n";
  return out.insert(out.find(heading) + heading.size(), filters);
}

void through(benchmark::State& state, const std::vector<std::string>& names) {
  std::string filters;
  for (const std::string& name : names) filters += named(name);
  const std::string requests = std::to_string(kRequests);
  const bool asked = std::ranges::count(names, "ext_authz") > 0;
  const auto scenario = tests::compileText(
      "claim: A load through filters.\nproxy: { bootstrap: bootstraps/filters.yaml }\nhosts:\n  client:\n  origin: { "
      "listens: 8080 }\n"
      "links:\n  client-proxy: { latency: 1ms }\n  proxy-origin: { latency: 1ms }\nstory:\n"
      "  client:\n    - load 32 connections to proxy:10000, " +
          requests +
          " requests, get / with authorization=\"Basic YTp0ZXN0MQ==\"\n"
          "  origin:\n    - from then on, answer 200 body 128\nalways:\n  - origin saw " +
          std::to_string(kRequests * (asked ? 2 : 1)) + " requests\n",
      "scenarios/generated.yaml", {{"scenarios/bootstraps/filters.yaml", bootstrapWith(filters)}});
  WorldPools pools;
  for (auto _ : state) {
    const RunResult result = runScenario(*scenario, {}, pools);
    if (result.outcome != RunOutcome::kPass) state.SkipWithError(tests::failuresOf(result).c_str());
  }
  state.SetItemsProcessed(state.iterations() * kRequests);
}

BENCHMARK_CAPTURE(through, router_alone, {})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, cors, {"cors"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, csrf, {"csrf"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, rbac, {"rbac"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, header_mutation, {"header_mutation"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, local_ratelimit, {"local_ratelimit"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, fault, {"fault"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, buffer, {"buffer"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, bandwidth_limit, {"bandwidth_limit"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, set_metadata, {"set_metadata"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, health_check, {"health_check"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, basic_auth, {"basic_auth"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, ext_authz, {"ext_authz"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, compressor, {"compressor"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, decompressor, {"decompressor"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through, five_filters, {"cors", "rbac", "header_mutation", "local_ratelimit", "fault"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace orrery::sim
