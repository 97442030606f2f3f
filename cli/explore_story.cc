#include "cli/explore_story.h"

#include <algorithm>
#include <chrono>

#include "cli/in_order.h"
#include "cli/progress.h"
#include "cli/shared_beginnings.h"

namespace orrery::cli {

namespace {

using std::chrono::steady_clock;

constexpr size_t kLargestRound = 512;
constexpr uint64_t kShrinkRuns = 4000;
constexpr auto kSaveEvery = std::chrono::seconds(5);

// When a budget of time is over. None: never.
std::optional<steady_clock::time_point> endOf(const Budget& budget, steady_clock::time_point began) {
  if (budget.ns == 0) return std::nullopt;
  return began + std::chrono::nanoseconds(budget.ns);
}

sim::SearchOptions searchOptions(const Story& story, const ExploreOptions& options) {
  sim::SearchOptions out;
  out.seed = options.seed;
  out.strategies = options.strategies;
  out.marks = story.scenario().sometimes.size();
  out.shard = options.shard;
  for (const Witness& w : story.witnesses) out.witnesses.push_back(w.strategy);
  return out;
}

}  // namespace

bool Explored::failed() const {
  return std::any_of(groups.begin(), groups.end(), [](const auto& g) { return g.group.what.check != "error"; });
}

std::vector<std::string> Explored::unshown() const {
  std::vector<std::string> out;
  for (size_t i = 0; i < marks.size(); ++i) {
    if (marks[i].runs == 0) out.push_back(story->scenario().sometimes[i].text);
  }
  return out;
}

Explored ExploreStory::explore(const Story& story, const Budget& budget) {
  Explored out;
  out.story = &story;
  sim::SearchOptions searched = searchOptions(story, options_);
  before_ = campaign_.begin(story);
  out.runsBefore = before_.runs;
  searched.kept = campaign_.failing(before_);
  searched.done = before_.strategies;
  searched.corpus = before_.corpus;
  sim::Search search(std::move(searched));
  const auto began = steady_clock::now();
  this->search(story, budget, search, out);
  out.wallNs = std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now() - began).count();
  out.runs = search.runs();
  out.errors = search.errors();
  out.events = search.events();
  out.tallies = search.tallies();
  out.marks = search.marks();
  out.covered = search.covered();
  // Making failures small takes as long again; what was found is safe before that.
  if (campaign_.on()) campaign_.save(addUp(story, search, out.wallNs));
  for (const sim::FailureGroup& group : search.groups()) {
    if (out.groups.size() == Failures::kMost) break;
    out.groups.push_back(keep(story, budget, group));
  }
  if (!campaign_.on()) return out;
  CampaignStory all = addUp(story, search, out.wallNs);
  for (ExploredGroup& g : out.groups) {
    if (!g.repeated) continue;
    const auto cause =
        std::find_if(all.causes.begin(), all.causes.end(), [&](const auto& c) { return c.what == g.group.what; });
    g.kept = campaign_.keep(story.path, g.runFile, cause == all.causes.end() ? nullptr : &*cause);
  }
  out.saved = campaign_.save(all);
  return out;
}

void ExploreStory::search(const Story& story, const Budget& budget, sim::Search& search, Explored& out) {
  const auto end = endOf(budget, steady_clock::now());
  const auto over = [&end] { return end && steady_clock::now() >= *end; };
  Progress progress(terminal_, "runs", budget.runs);
  const auto began = steady_clock::now();
  auto saved = began;
  InOrder inOrder(options_.jobs, runners_.factory());
  SharedBeginnings shared(runners_, options_.jobs);
  for (bool goOn = true; goOn;) {
    const uint64_t left = budget.runs == 0 ? kLargestRound : budget.runs - std::min(budget.runs, search.runs());
    if (left == 0 || (search.runs() != 0 && over())) return;
    const std::vector<sim::RunRequest> round = search.round(std::min<uint64_t>(left, kLargestRound));
    if (round.empty()) {
      out.exhausted = true;
      return;
    }
    std::vector<std::optional<sim::RunResult>> forked = shared.make(*story.compiled, round, over);
    // One byte each: threads write beside each other.
    std::vector<char> made(round.size(), 0);
    const bool mustRun = search.runs() == 0;
    inOrder.run(
        round.size(),
        [&](size_t i, Runner& runner) {
          if (forked[i]) return std::move(*forked[i]);
          if (!mustRun && over()) return sim::RunResult{};
          made[i] = 1;
          return runner.run(*story.compiled, round[i]);
        },
        [&](size_t i, const TimedResult& timed) {
          // What follows a run that was not made does not count either: a search learns in order.
          goOn = goOn && (made[i] != 0 || forked[i]);
          if (!goOn) return;
          if (made[i] != 0) shared.tellRun(timed.wallNs);
          out.forked += forked[i] ? 1 : 0;
          progress.step();
          out.rare.add(timed.result.marks);
          search.learn(timed.result);
          if (options_.first && !search.groups().empty()) goOn = false;
        });
    if (!goOn) search.abandonRound();
    if (!campaign_.on() || steady_clock::now() - saved < kSaveEvery) continue;
    saved = steady_clock::now();
    campaign_.save(addUp(story, search, std::chrono::duration_cast<std::chrono::nanoseconds>(saved - began).count()));
  }
}

CampaignStory ExploreStory::addUp(const Story& story, const sim::Search& search, int64_t wallNs) const {
  CampaignStory now = before_;
  now.runs = search.runs();
  now.events = search.events();
  now.wallNs = wallNs;
  now.strategies = search.tallies();
  now.covered = search.covered();
  now.marks.clear();
  for (size_t i = 0; i < search.marks().size(); ++i) {
    now.marks.push_back({story.scenario().sometimes[i].text, search.marks()[i]});
  }
  now.causes.clear();
  for (const sim::FailureGroup& g : search.groups()) {
    CampaignStory::Cause cause{g.what, g.runs, g.firstBy, {}, g.runKey, g.plain, ""};
    for (const sim::Deviation& d : g.deviations.items()) cause.deviations.emplace_back(d.key, d.value);
    now.causes.push_back(std::move(cause));
  }
  now.corpus.clear();
  CampaignStory all = before_;
  all.add(now);
  // What is worth keeping is known anew: it holds those of before that still reach something of their own.
  if (std::vector<sim::ChoiceLog> corpus = search.corpus(); !corpus.empty()) all.corpus = std::move(corpus);
  return all;
}

ExploredGroup ExploreStory::keep(const Story& story, const Budget& budget, const sim::FailureGroup& group) {
  ExploredGroup out;
  out.group = group;
  const std::unique_ptr<Runner> runner = runners_.lend();
  sim::Strategy strategy = group.strategy();
  uint64_t hash = group.hash;
  if (options_.shrink && !group.plain) {
    shrink(story, budget, *runner, out);
    if (out.shrunk && out.shrunk->reproduced) {
      strategy = out.shrunk->log.strategy();
      hash = out.shrunk->result.hash;
    }
  }
  Failures::Kept kept = failures_.keep(story, strategy, 0, hash, std::to_string(group.firstRun));
  out.result = std::move(kept.result);
  out.runFile = std::move(kept.file);
  out.error = std::move(kept.error);
  out.repeated = kept.repeated && failsAs(out.result, group.what);
  return out;
}

void ExploreStory::shrink(const Story& story, const Budget& budget, Runner& runner, ExploredGroup& out) {
  // As long again as the search had, but for slow stories with little time enough to be of use.
  Budget time = budget;
  if (time.ns != 0) time.ns = std::max<int64_t>(time.ns, 5'000'000'000);
  const auto end = endOf(time, steady_clock::now());
  const auto execute = [&](const sim::RunRequest& request) { return runner.run(*story.compiled, request); };
  sim::RunRequest first;
  first.strategy = out.group.strategy();
  first.listQuestions = true;
  const sim::ChoiceLog log = sim::ChoiceLog::of(execute(first));
  Progress progress(terminal_, "runs to make it small", 0);
  sim::Shrinker shrinker(execute, out.group.what, kShrinkRuns, [&](const sim::Shrinker::Progress&) {
    progress.step();
    return !end || steady_clock::now() < *end;
  });
  out.shrunk = shrinker.shrink(log);
}

}  // namespace orrery::cli
