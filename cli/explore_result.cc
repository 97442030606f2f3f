#include "cli/explore_report.h"

namespace orrery::cli {

StoryResult resultOf(const Explored& explored, const Terminal& terminal) {
  StoryResult out;
  out.story = explored.story;
  out.searched = explored.runs;
  out.searchNs = explored.wallNs;
  out.unshown = explored.unshown();
  for (const ExploredGroup& g : explored.groups) {
    RunRecord record;
    record.task.story = explored.story;
    record.result = g.result;
    // The recording is large, and no report of this kind shows it.
    record.result.recording = nullptr;
    record.outcome = g.group.what.check == "error" ? sim::RunOutcome::kError : sim::RunOutcome::kFail;
    // A run that did another thing when it was repeated has not failed then; the search saw that it did.
    if (record.outcome == sim::RunOutcome::kFail && record.result.failures.empty())
      record.result.failures.push_back({g.group.what.check, g.group.what.entity, TimePoint(), g.group.what.cause});
    record.runFile = g.runFile;
    record.repeat = repeatCommand(g, terminal);
    record.found = "found by " + g.group.firstBy + " in run " + std::to_string(g.group.firstRun) + ", " +
                   std::to_string(g.group.runs) + " of " + std::to_string(explored.runs) + " runs fail so";
    out.runs.push_back(std::move(record));
  }
  return out;
}

}  // namespace orrery::cli
