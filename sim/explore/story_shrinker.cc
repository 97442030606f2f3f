#include "sim/explore/story_shrinker.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "proxy/base/lines.h"
#include "sim/explore/search.h"

namespace orrery::sim {

namespace {

constexpr uint64_t kSearchRuns = 300;

// Columns before the text; SIZE_MAX: there is none.
size_t indentOf(const std::string& line) { return line.find_first_not_of(' '); }

// The line after the last that belongs to line `at`: those that are indented further, and empty ones between them.
size_t blockEnd(const std::vector<std::string>& lines, size_t at) {
  size_t end = at + 1;
  if (indentOf(lines[at]) == std::string::npos) return end;
  while (end < lines.size() && indentOf(lines[end]) > indentOf(lines[at])) ++end;
  return end;
}

bool ofTheClaim(const std::vector<std::string>& lines, size_t at) {
  while (at > 0 && (indentOf(lines[at]) == std::string::npos || indentOf(lines[at]) > 0)) --at;
  return lines[at].starts_with("claim:");
}

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
  for (bool changed = true; changed && shrunk_.runs < mostRuns_;) {
    changed = false;
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
  }
  return std::move(shrunk_);
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
