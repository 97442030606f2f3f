#include "cli/write_witness.h"

#include <algorithm>

#include "cli/discover.h"
#include "cli/files.h"
#include "cli/run_files.h"
#include "replay/format/run_file_writer.h"

namespace orrery::cli {

namespace {

bool showsAll(const sim::RunResult& result) {
  return result.outcome == sim::RunOutcome::kPass && !result.shown.empty() &&
         std::find(result.shown.begin(), result.shown.end(), false) == result.shown.end();
}

sim::RunRequest replayOf(const std::vector<sim::Deviation>& items, uint64_t runKey, bool record) {
  sim::Deviations deviations;
  for (const sim::Deviation& d : items) deviations.set(d);
  sim::RunRequest request;
  if (!items.empty() || runKey != sim::Strategy::kPlainRunKey) {
    request.strategy = sim::Strategy::replay(std::move(deviations), runKey);
  }
  request.record = record;
  return request;
}

// Takes out ever smaller pieces for as long as what is left shows the same. Any subset is a valid run.
std::vector<sim::Deviation> smallest(std::vector<sim::Deviation> items, uint64_t runKey, const Story& story,
                                     Runner& runner) {
  for (size_t piece = std::max<size_t>(items.size() / 2, 1); !items.empty();) {
    bool removed = false;
    for (size_t at = 0; at < items.size();) {
      std::vector<sim::Deviation> fewer = items;
      const size_t n = std::min(piece, items.size() - at);
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(at), fewer.begin() + static_cast<ptrdiff_t>(at + n));
      if (showsAll(runner.run(*story.compiled, replayOf(fewer, runKey, false)))) {
        items = std::move(fewer);
        removed = true;
      } else {
        at += n;
      }
    }
    if (piece > 1) {
      piece /= 2;
    } else if (!removed) {
      break;
    }
  }
  return items;
}

}  // namespace

bool writeWitness(const StoryResult& story, Runner& runner, const Terminal& terminal) {
  const auto shows =
      std::find_if(story.runs.begin(), story.runs.end(), [](const RunRecord& r) { return showsAll(r.result); });
  if (shows == story.runs.end()) {
    terminal.complain(story.story->path + ": no run shows all that happens sometimes; try more seeds");
    return false;
  }
  sim::RunRequest request;
  request.strategy = shows->task.strategy();
  request.record = true;
  sim::RunResult result = runner.run(*story.story->compiled, request);
  // The plain run's draws if they do: the file then depends on its deviations only.
  uint64_t runKey = sim::Strategy::kPlainRunKey;
  std::vector<sim::Deviation> items = result.deviations.items();
  if (!showsAll(runner.run(*story.story->compiled, replayOf(items, runKey, false)))) runKey = result.runKey;
  items = smallest(std::move(items), runKey, *story.story, runner);
  result = runner.run(*story.story->compiled, replayOf(items, runKey, true));
  const std::string path = withoutExtension(story.story->path) + ".witness.run";
  const replay::RunFile file =
      runFileOf(*story.story->compiled, result, replay::RunFile::Strategy::kReplay, shows->task.seed);
  if (!writeOrComplain(path, writeRunFile(file), terminal)) return false;
  terminal.err << path << ": " << file.deviations.size() << " deviations, from " << shows->task.name() << '\n';
  return true;
}

}  // namespace orrery::cli
