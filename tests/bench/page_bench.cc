#include <benchmark/benchmark.h>

#include "sim/report/page.h"
#include "sim/report/timeline.h"
#include "tests/support/worlds.h"

// The page of a failing run is written while somebody waits: 10,000 events in under 100 ms.
namespace orrery::sim {
namespace {

void BM_PageOfARun(benchmark::State& state) {
  const std::string requests = std::to_string(state.range(0));
  const auto scenario = tests::compileText(
      "claim: Many requests.\nproxy: { bootstrap: bootstraps/edge.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 "
      "}\nstory:\n"
      "  client:\n    - load 4 connections to proxy:10000, " +
      requests +
      " requests, get /\n"
      "  origin:\n    - from then on, answer 200 body 128\nalways:\n  - origin saw " +
      requests + " requests\n");
  WorldPools pools;
  const RunResult result = runScenario(*scenario, {.strategy = Strategy::plain(), .record = true}, pools);
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string page =
        timelinePage({timelineJson(result, {"a.yaml", "claim", "the plain run", ""})}, std::nullopt);
    bytes = page.size();
    benchmark::DoNotOptimize(page.data());
  }
  state.counters["events"] = static_cast<double>(result.recording->events.events().size());
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_PageOfARun)->Arg(260)->Arg(2'600)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace orrery::sim
