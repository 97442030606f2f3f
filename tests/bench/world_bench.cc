#include <benchmark/benchmark.h>

#include <cinttypes>
#include <cstdio>
#include <string>

#include "sim/world/world.h"
#include "tests/support/worlds.h"

// The whole proxy in a simulated world, every oracle on. The label is the hash of the run that was timed: it equals that
// of `orrery run` for the same file.
namespace orrery::sim {
namespace {

void label(benchmark::State& state, const RunResult& result) {
  char text[32];
  std::snprintf(text, sizeof text, "hash %016" PRIx64, result.hash);
  state.SetLabel(text);
}

// Proxied requests: one worker, 32 at a time (32 keep-alive connections of HTTP/1; of HTTP/2 4 with 8 streams each, and one
// connection to the origin), 50,000 requests a run.
void proxied(benchmark::State& state, const char* story) {
  const auto scenario = tests::compileFile(story);
  WorldPools pools;
  RunResult result;
  for (auto _ : state) {
    result = runScenario(*scenario, {}, pools);
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
void BM_ShortRun(benchmark::State& state) {
  const auto scenario = tests::compileFile("tests/bench/one_request.yaml");
  WorldPools pools;
  RunResult result;
  for (auto _ : state) {
    result = runScenario(*scenario, {}, pools);
    if (result.outcome != RunOutcome::kPass) state.SkipWithError(tests::failuresOf(result).c_str());
  }
  state.SetItemsProcessed(state.iterations());
  label(state, result);
}
BENCHMARK(BM_ShortRun)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace orrery::sim
