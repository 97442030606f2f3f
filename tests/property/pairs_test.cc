#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "sim/explore/search.h"
#include "tests/support/worlds.h"

// The search of two deviations leaves out what another run has shown: whatever it leaves out, every order that two deviations can make
// is among those of the runs that it made.
namespace orrery::sim {
namespace {

using Execute = std::function<RunResult(const RunRequest&)>;

struct Searched {
  std::set<uint64_t> orders;
  uint64_t runs = 0;
};

Searched search(const Execute& execute) {
  Searched out;
  Search search({.strategies = {"single", "pair"}});
  for (;;) {
    const auto round = search.round(512);
    if (round.empty()) return out;
    for (RunRequest request : round) {
      request.order = true;
      const RunResult result = execute(request);
      out.orders.insert(result.order);
      ++out.runs;
      search.learn(result);
    }
  }
}

// Without leaving anything out: the plain run, and all that deviate once or twice, the second time behind the first.
Searched everything(const Execute& execute) {
  Searched out;
  std::vector<std::vector<Deviation>> open = {{}};
  while (!open.empty()) {
    const std::vector<Deviation> answers = std::move(open.back());
    open.pop_back();
    RunRequest request;
    request.strategy = Strategy::replay(Deviations::of(answers));
    request.listQuestions = true;
    request.order = true;
    const RunResult result = execute(request);
    out.orders.insert(result.order);
    ++out.runs;
    if (answers.size() == 2) continue;
    const auto& asked = result.questions;
    auto at = asked.begin();
    if (!answers.empty()) {
      at = std::find_if(asked.begin(), asked.end(), [&](const auto& q) { return q.key == answers[0].key; });
      if (at != asked.end()) ++at;
    }
    for (; at != asked.end(); ++at) {
      for (uint32_t v = 1; v < at->n; ++v) {
        open.push_back(answers);
        open.back().push_back({at->key, v, ""});
      }
    }
  }
  return out;
}

TEST(Pairs, LeaveNoOrderOut) {
  WorldPools pools;
  const auto story = tests::compileFile("tests/bench/one_request.yaml");
  const Execute execute = [&](const RunRequest& r) { return runScenario(*story, r, pools); };
  const Searched all = everything(execute);
  const Searched some = search(execute);
  EXPECT_TRUE(std::includes(some.orders.begin(), some.orders.end(), all.orders.begin(), all.orders.end()));
  EXPECT_LT(some.runs, all.runs) << "nothing was left out, and nothing is shown";
}

}  // namespace
}  // namespace orrery::sim
