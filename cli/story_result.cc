#include "cli/story_result.h"

namespace orrery::cli {

const RunRecord* StoryResult::firstWith(sim::RunOutcome outcome) const {
  for (const RunRecord& r : runs) {
    if (r.outcome == outcome) return &r;
  }
  return nullptr;
}

bool StoryResult::anyWith(sim::RunOutcome outcome) const { return firstWith(outcome) != nullptr; }

void judgeSometimes(StoryResult& story) {
  const auto& sometimes = story.story->scenario().sometimes;
  for (size_t i = 0; i < sometimes.size(); ++i) {
    bool shown = false;
    for (const RunRecord& r : story.runs) shown = shown || (i < r.result.shown.size() && r.result.shown[i]);
    if (!shown) story.unshown.push_back(sometimes[i].text);
  }
  if (story.unshown.empty() || story.runs.empty()) return;
  RunRecord& last = story.runs.back();
  RunRecord& marked = last.task.witness != nullptr ? last : story.runs.front();
  if (marked.outcome == sim::RunOutcome::kPass) marked.outcome = sim::RunOutcome::kUnshown;
}

void RunSummary::add(const StoryResult& story) {
  ++stories;
  for (const RunRecord& r : story.runs) {
    ++runs;
    switch (r.outcome) {
      case sim::RunOutcome::kPass: ++passed; break;
      case sim::RunOutcome::kFail: ++failed; break;
      case sim::RunOutcome::kError: ++errors; break;
      case sim::RunOutcome::kSkip: ++skipped; break;
      case sim::RunOutcome::kUnshown: ++unshown; break;
    }
    notJudged += r.result.notJudged.size();
    events += r.result.events;
    if (marks) marks->add(r.result.marks);
  }
}

}  // namespace orrery::cli
