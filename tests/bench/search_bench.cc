#include <benchmark/benchmark.h>

#include <algorithm>

#include "sim/core/run.h"
#include "sim/explore/search.h"
#include "sim/explore/shrinker.h"
#include "tests/support/worlds.h"

// What exploring costs: a choice, a run of a search, what a run reached and in which order, and making a long log small.
namespace orrery::sim {
namespace {

constexpr Name kLoop("loop");

// Choices at one site of one entity, by a random walk and by a replay of what it took.
void choices(benchmark::State& state, const Strategy& strategy) {
  Pools pools;
  constexpr uint64_t kChoices = 10'000;
  for (auto _ : state) {
    RunOptions options;
    options.strategy = strategy;
    options.checkpoints = false;
    Run run(pools, std::move(options));
    Entity loop;
    loop.become(run.names().childKept(0, kLoop, 1));
    uint64_t sum = 0;
    for (uint64_t i = 0; i < kChoices; ++i) sum += run.chooser().choose(loop, Site::kLateness, 4);
    benchmark::DoNotOptimize(sum);
    run.finish();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kChoices));
}
void BM_ChoicesPlain(benchmark::State& state) { choices(state, Strategy::plain()); }
BENCHMARK(BM_ChoicesPlain)->Unit(benchmark::kMicrosecond);
void BM_ChoicesByChance(benchmark::State& state) { choices(state, Strategy::random(7)); }
BENCHMARK(BM_ChoicesByChance)->Unit(benchmark::kMicrosecond);

// Short runs by the portfolio, with all that a search does between them.
void explored(benchmark::State& state, const std::vector<std::string>& strategies) {
  const auto scenario = tests::compileFile("tests/bench/one_request.yaml");
  WorldPools pools;
  uint64_t runs = 0;
  for (auto _ : state) {
    Search search({.seed = 1, .strategies = strategies});
    while (search.runs() < 2000) {
      const auto round = search.round(std::min<uint64_t>(512, 2000 - search.runs()));
      if (round.empty()) break;
      for (const RunRequest& request : round) search.learn(runScenario(*scenario, request, pools));
    }
    runs += search.runs();
  }
  state.SetItemsProcessed(static_cast<int64_t>(runs));
}
void BM_ExploredShortRuns(benchmark::State& state) { explored(state, {}); }
BENCHMARK(BM_ExploredShortRuns)->Unit(benchmark::kMillisecond);
void BM_ExploredShortRunsGreybox(benchmark::State& state) { explored(state, {"greybox"}); }
BENCHMARK(BM_ExploredShortRunsGreybox)->Unit(benchmark::kMillisecond);

// The same run with nothing, with what it reached, with the order of its threads, with its questions.
void asked(benchmark::State& state, const RunRequest& request) {
  const auto scenario = tests::compileFile("tests/bench/one_request.yaml");
  WorldPools pools;
  for (auto _ : state) benchmark::DoNotOptimize(runScenario(*scenario, request, pools));
  state.SetItemsProcessed(state.iterations());
}
void BM_ShortRunAskedForNothing(benchmark::State& state) { asked(state, {}); }
BENCHMARK(BM_ShortRunAskedForNothing)->Unit(benchmark::kMicrosecond);
void BM_ShortRunAskedForCoverage(benchmark::State& state) { asked(state, {.coverage = true}); }
BENCHMARK(BM_ShortRunAskedForCoverage)->Unit(benchmark::kMicrosecond);
void BM_ShortRunAskedForOrder(benchmark::State& state) { asked(state, {.order = true}); }
BENCHMARK(BM_ShortRunAskedForOrder)->Unit(benchmark::kMicrosecond);
void BM_ShortRunAskedForQuestions(benchmark::State& state) { asked(state, {.listQuestions = true}); }
BENCHMARK(BM_ShortRunAskedForQuestions)->Unit(benchmark::kMicrosecond);

// A run that asks 10,000 questions, all of which it deviated at; it fails by three of them.
RunResult longRun(const RunRequest& request, Pools& pools) {
  RunOptions options;
  options.strategy = request.strategy;
  options.listQuestions = request.listQuestions;
  options.checkpoints = false;
  Run run(pools, std::move(options));
  uint64_t broken = 0;
  for (uint64_t q = 0; q < 10'000; ++q) {
    const EntityId loop = run.names().childKept(0, kLoop, q % 50);
    const uint32_t answer = run.chooser().choose(loop, Site::kLateness, 4);
    if (q == 1234 || q == 5678 || q == 9012) broken += answer >= 2 ? 1 : 0;
  }
  RunResult result;
  if (broken == 3) {
    result.outcome = RunOutcome::kFail;
    result.failures.push_back({"claim", "/loop.1", TimePoint(), "it broke"});
  }
  takeFromRun(run, result);
  run.finish();
  return result;
}

class Everywhere final : public Decider {
 public:
  uint32_t decide(const Question& question) override { return question.n - 1; }
};

void BM_ShrinkTenThousandChoices(benchmark::State& state) {
  Pools pools;
  const Execute execute = [&](const RunRequest& request) { return longRun(request, pools); };
  RunRequest first;
  first.strategy = Strategy::decided(std::make_shared<Everywhere>());
  first.listQuestions = true;
  const RunResult failing = execute(first);
  Shrunk shrunk;
  for (auto _ : state) shrunk = Shrinker(execute, *classOf(failing), 100'000).shrink(ChoiceLog::of(failing));
  state.counters["deviations"] = static_cast<double>(shrunk.log.items.size());
  state.counters["runs"] = static_cast<double>(shrunk.runs);
  if (!shrunk.fixed) state.SkipWithError("not to the end");
}
BENCHMARK(BM_ShrinkTenThousandChoices)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace orrery::sim
