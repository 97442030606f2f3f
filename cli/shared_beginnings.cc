#include "cli/shared_beginnings.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "cli/forked_runs.h"
#include "sim/core/sanitizers.h"

namespace orrery::cli {

namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr nanoseconds kShortest = std::chrono::milliseconds(2);
constexpr int64_t kEnough = 8;  // runs, to know how long one takes

// In a new process the thread sanitizer knows no more which code is the simulator's own, and reports that.
#ifdef ORRERY_SIM_TSAN
constexpr bool kForks = false;
#else
constexpr bool kForks = true;
#endif

}  // namespace

std::vector<std::optional<sim::RunResult>> SharedBeginnings::make(const sim::CompiledScenario& scenario,
                                                                  const std::vector<sim::RunRequest>& round,
                                                                  const std::function<bool()>& over) {
  std::vector<std::optional<sim::RunResult>> out(round.size());
  const nanoseconds half(meanNs() / 2);
  if (!kForks || slower_ || runs_ < kEnough || half < kShortest) return out;
  // Searches put these to the front.
  const auto n =
      static_cast<size_t>(std::find_if_not(round.begin(), round.end(), ForkedRuns::possible) - round.begin());
  if (n == 0) return out;
  const auto began = steady_clock::now();
  const std::unique_ptr<Runner> runner = runners_.lend();
  auto results = ForkedRuns(*runner, jobs_, half).run(scenario, std::span(round).first(n), over);
  int64_t made = 0;
  for (size_t i = 0; i < n; ++i) {
    made += results[i] ? 1 : 0;
    out[i] = std::move(results[i]);
  }
  const nanoseconds took = steady_clock::now() - began;
  // As usual, with the plain run that all of them part from.
  if (took.count() * static_cast<int64_t>(jobs_) > meanNs() * (made + 1) * 9 / 10) slower_ = true;
  return out;
}

}  // namespace orrery::cli
