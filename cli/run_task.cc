#include "cli/run_task.h"

namespace orrery::cli {

std::vector<RunTask> runTasks(const std::vector<Story>& stories, uint64_t firstSeed, uint64_t lastSeed,
                              bool witnesses) {
  std::vector<RunTask> tasks;
  for (const Story& story : stories) {
    for (uint64_t seed = firstSeed; seed <= lastSeed; ++seed) tasks.push_back({&story, seed, nullptr});
    if (!witnesses) continue;
    for (const Witness& w : story.witnesses) tasks.push_back({&story, w.file.seed, &w});
  }
  return tasks;
}

}  // namespace orrery::cli
