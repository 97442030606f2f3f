#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/explore/search.h"
#include "tests/support/kernels.h"

// How many runs the search needs to find the bugs of small concurrent programs, beside what is published of other tools
// (README.md). 20 trials each, by seed; the figures are counters, the time is that of all trials.
namespace orrery::sim {
namespace {

using tests::Kernel;

constexpr uint64_t kTrials = 20;
constexpr uint64_t kMostRuns = 5000;

uint64_t runsToBug(const Kernel& kernel, uint64_t seed, const std::vector<std::string>& strategies, Pools& pools) {
  Search search({.seed = seed, .strategies = strategies});
  while (search.runs() < kMostRuns) {
    const auto round = search.round(std::min<uint64_t>(256, kMostRuns - search.runs()));
    if (round.empty()) return 0;
    for (const RunRequest& r : round) {
      search.learn(runKernel(kernel, r, pools));
      if (!search.groups().empty()) return search.groups()[0].firstRun;
    }
  }
  return 0;
}

void schedulesToBug(benchmark::State& state, const Kernel& kernel, const std::vector<std::string>& strategies) {
  Pools pools;
  std::vector<uint64_t> needed;
  for (auto _ : state) {
    needed.clear();
    for (uint64_t seed = 1; seed <= kTrials; ++seed) {
      if (const uint64_t n = runsToBug(kernel, seed, strategies, pools); n != 0) needed.push_back(n);
    }
  }
  std::sort(needed.begin(), needed.end());
  state.counters["found_of_20"] = static_cast<double>(needed.size());
  if (needed.empty()) return;
  state.counters["median_runs"] = static_cast<double>(needed[needed.size() / 2]);
  state.counters["most_runs"] = static_cast<double>(needed.back());
}

[[maybe_unused]] const int registered = [] {
  std::vector<Kernel> kernels;
  for (const int threads : {3, 5, 10, 20}) kernels.push_back(tests::reorderKernel(threads));
  kernels.push_back(tests::twostageKernel(20));
  kernels.push_back(tests::boundedBufferKernel(2, 3));
  kernels.push_back(tests::lockOrderKernel());
  for (int bug = 1; bug <= 4; ++bug) kernels.push_back(tests::workStealingKernel(bug));
  // Large ones take single strategies minutes.
  std::vector<Kernel> large;
  for (const int threads : {50, 100}) {
    large.push_back(tests::reorderKernel(threads));
    large.push_back(tests::twostageKernel(threads));
  }
  const std::vector<std::pair<std::string, std::vector<std::string>>> searches = {
      {"portfolio", {}},        {"pct", {"pct"}},         {"pos", {"pos"}},        {"walk", {"walk"}},
      {"uniform", {"uniform"}}, {"greybox", {"greybox"}}, {"exhaust", {"exhaust"}}};
  for (const auto& [name, strategies] : searches) {
    std::vector<Kernel> these = kernels;
    if (strategies.empty()) these.insert(these.end(), large.begin(), large.end());
    for (const Kernel& kernel : these) {
      benchmark::RegisterBenchmark(
          ("SchedulesToBug/" + name + "/" + kernel.name).c_str(),
          [kernel, s = strategies](benchmark::State& state) { schedulesToBug(state, kernel, s); })
          ->Iterations(1)
          ->Unit(benchmark::kMillisecond);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace orrery::sim
