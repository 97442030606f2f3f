#include <benchmark/benchmark.h>

#include <cinttypes>
#include <cstdio>
#include <string>

#include "sim/world/world.h"
#include "tests/support/worlds.h"

// The whole proxy in a simulated world, every oracle on unless it says otherwise. The label is the hash of the run that was timed: it equals that
// of `orrery run` for the same file.
namespace orrery::sim {
namespace {

void label(benchmark::State& state, const RunResult& result) {
  char text[32];
  std::snprintf(text, sizeof text, "hash %016" PRIx64, result.hash);
  state.SetLabel(text);
}

RunRequest judged(bool judge) {
  RunRequest request;
  request.judge = judge;
  return request;
}

// Proxied requests: one worker, 32 at a time (32 keep-alive connections of HTTP/1; of HTTP/2 4 with 8 streams each, and one
// connection to the origin), 50,000 requests a run.
void proxied(benchmark::State& state, const char* story, bool judge = true) {
  const auto scenario = tests::compileFile(story);
  WorldPools pools;
  RunResult result;
  for (auto _ : state) {
    result = runScenario(*scenario, judged(judge), pools);
    if (result.outcome != RunOutcome::kPass) state.SkipWithError(tests::failuresOf(result).c_str());
  }
  state.SetItemsProcessed(state.iterations() * 50'000);
  label(state, result);
}
void BM_ProxiedRequests(benchmark::State& state) { proxied(state, "tests/bench/load.yaml"); }
BENCHMARK(BM_ProxiedRequests)->Unit(benchmark::kMillisecond);
void BM_ProxiedHttp2Requests(benchmark::State& state) { proxied(state, "tests/bench/load_http2.yaml"); }
BENCHMARK(BM_ProxiedHttp2Requests)->Unit(benchmark::kMillisecond);

// Short runs: the world is built, one request is made, judged, and all is taken down again.
void shortRun(benchmark::State& state, bool judge) {
  const auto scenario = tests::compileFile("tests/bench/one_request.yaml");
  WorldPools pools;
  RunResult result;
  for (auto _ : state) {
    result = runScenario(*scenario, judged(judge), pools);
    if (result.outcome != RunOutcome::kPass) state.SkipWithError(tests::failuresOf(result).c_str());
  }
  state.SetItemsProcessed(state.iterations());
  label(state, result);
}
void BM_ShortRun(benchmark::State& state) { shortRun(state, true); }
BENCHMARK(BM_ShortRun)->Unit(benchmark::kMicrosecond);

// The same with no oracle on: what is missing to the others' times is what judging costs.
void BM_ProxiedRequestsUnjudged(benchmark::State& state) { proxied(state, "tests/bench/load.yaml", false); }
BENCHMARK(BM_ProxiedRequestsUnjudged)->Unit(benchmark::kMillisecond);
void BM_ProxiedHttp2RequestsUnjudged(benchmark::State& state) { proxied(state, "tests/bench/load_http2.yaml", false); }
BENCHMARK(BM_ProxiedHttp2RequestsUnjudged)->Unit(benchmark::kMillisecond);
void BM_ShortRunUnjudged(benchmark::State& state) { shortRun(state, false); }
BENCHMARK(BM_ShortRunUnjudged)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace orrery::sim
