#include "sim/explore/story_shrinker.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "proxy/base/lines.h"
#include "sim/explore/search.h"
#include "sim/explore/story_lines.h"

namespace orrery::sim {

namespace {

constexpr uint64_t kSearchRuns = 300;

bool ofTheClaim(const StoryLines& lines, size_t at) { return lines[topOf(lines, at)].starts_with("claim:"); }

bool isClaim(const FailureClass& what) { return what.check == "always" || what.check == "default"; }

}  // namespace

StoryShrinker::StoryShrinker(Compile compile, RunStory run, FailureClass wanted, uint64_t mostRuns)
    : compile_(std::move(compile)), run_(std::move(run)), wanted_(std::move(wanted)), mostRuns_(mostRuns) {}

ShrunkStory StoryShrinker::shrink(const std::string& text, const ChoiceLog& log) {
  shrunk_ = {};
  shrunk_.log = log;
  message_.clear();
  std::vector<std::string> lines = linesOf(text);
  shrunk_.linesBefore = lines.size();
  if (!attempt(lines)) return std::move(shrunk_);
  // With the bootstrap in it, whose fields are lines like any other.
  if (const auto inside = withBootstrapInside(lines, shrunk_.scenario->bootstrapText()); inside && attempt(*inside)) {
    lines = *inside;
    shrunk_.linesBefore = lines.size();
  }
  for (bool changed = true; changed && shrunk_.runs < mostRuns_;) {
    changed = withoutBlocks(lines);
    changed = simpler(lines) || changed;
    changed = simplerInAllPlaces(lines) || changed;
  }
  return std::move(shrunk_);
}

bool StoryShrinker::withoutBlocks(std::vector<std::string>& lines) {
  bool changed = false;
  // From the end: what comes later in a story is seldom needed for what comes before.
  for (size_t at = lines.size(); at-- > 0 && shrunk_.runs < mostRuns_;) {
    if (at >= lines.size() || ofTheClaim(lines, at)) continue;
    std::vector<std::string> fewer = lines;
    const auto begin = fewer.begin() + static_cast<ptrdiff_t>(at);
    fewer.erase(begin, fewer.begin() + static_cast<ptrdiff_t>(blockEnd(lines, at)));
    if (!attempt(fewer)) continue;
    lines = std::move(fewer);
    changed = true;
  }
  return changed;
}

// Lower numbers and shorter texts: sizes of bodies, times, counts, what is said.
bool StoryShrinker::simpler(std::vector<std::string>& lines) {
  bool changed = false;
  for (size_t at = 0; at < lines.size(); ++at) {
    if (ofTheClaim(lines, at)) continue;
    for (bool again = true; again && shrunk_.runs < mostRuns_;) {
      again = false;
      for (std::string& form : simplerForms(lines[at])) {
        std::vector<std::string> other = lines;
        other[at] = std::move(form);
        if (!attempt(other)) continue;
        lines = std::move(other);
        again = changed = true;
        break;
      }
    }
  }
  return changed;
}

bool StoryShrinker::simplerInAllPlaces(std::vector<std::string>& lines) {
  bool changed = false;
  for (bool again = true; again && shrunk_.runs < mostRuns_;) {
    again = false;
    for (StoryLines& other : simplerTogether(lines)) {
      // The claim says what it says.
      bool same = true;
      for (size_t at = 0; at < lines.size(); ++at) same = same && (!ofTheClaim(lines, at) || other[at] == lines[at]);
      if (!same || !attempt(other)) continue;
      lines = std::move(other);
      again = changed = true;
      break;
    }
  }
  return changed;
}

bool StoryShrinker::attempt(const std::vector<std::string>& lines) {
  std::string text = joinLines(lines);
  std::shared_ptr<const CompiledScenario> scenario = compile_(text);
  if (scenario == nullptr) return false;
  if (shrunk_.scenario == nullptr) {
    const RunResult result = make(*scenario, shrunk_.log.strategy());
    const CheckFailure* failure = same(result);
    if (failure == nullptr) return false;
    message_ = failure->message;
    plainPasses_ = make(*scenario, Strategy::plain()).outcome == RunOutcome::kPass;
  } else {
    if (plainPasses_ && make(*scenario, Strategy::plain()).outcome != RunOutcome::kPass) return false;
    if (!failsWith(*scenario, shrunk_.log.strategy()) && !search(*scenario)) return false;
  }
  shrunk_.text = std::move(text);
  shrunk_.scenario = std::move(scenario);
  shrunk_.lines = lines.size();
  return true;
}

RunResult StoryShrinker::make(const CompiledScenario& scenario, const Strategy& strategy) {
  RunRequest request;
  request.strategy = strategy;
  request.listQuestions = true;
  ++shrunk_.runs;
  return run_(scenario, request);
}

const CheckFailure* StoryShrinker::same(const RunResult& result) const {
  for (const CheckFailure& f : result.failures) {
    if (classOf(f) == wanted_ && (message_.empty() || !isClaim(wanted_) || f.message == message_)) return &f;
  }
  return nullptr;
}

bool StoryShrinker::failsWith(const CompiledScenario& scenario, const Strategy& strategy) {
  const RunResult result = make(scenario, strategy);
  if (same(result) == nullptr) return false;
  shrunk_.log = ChoiceLog::of(result);
  return true;
}

// Without a line other choices are asked: a deviation or two may do the same elsewhere.
bool StoryShrinker::search(const CompiledScenario& scenario) {
  Search search({.strategies = {"alike", "single"}});
  const uint64_t end = std::min(shrunk_.runs + kSearchRuns, mostRuns_);
  while (shrunk_.runs < end) {
    const std::vector<RunRequest> round = search.round(end - shrunk_.runs);
    if (round.empty()) return false;
    for (const RunRequest& request : round) {
      search.learn(run_(scenario, request));
      ++shrunk_.runs;
    }
    for (const FailureGroup& group : search.groups()) {
      if (group.what == wanted_) return failsWith(scenario, group.strategy());
    }
  }
  return false;
}

}  // namespace orrery::sim
