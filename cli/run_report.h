#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/story_result.h"
#include "cli/terminal.h"

namespace orrery::cli {

// How results reach people or scripts. Called story by story, in order.
class RunReport {
 public:
  virtual ~RunReport() = default;
  virtual void story(const StoryResult& result) = 0;
  // The first run that could not be repeated, in words.
  virtual void notRepeated(const std::string& text) = 0;
  // False: what was to be written could not be, which was complained about.
  virtual bool finish(const RunSummary& summary) = 0;
};

// A line for each story, the story of each failure, one closing line. `details`: a line for each run too.
std::unique_ptr<RunReport> newTextReport(const Terminal& terminal, bool details);
// A row for each story with a column for each back end, and below it what failed; `details`: and what was not judged.
// `longest`: of the stories' paths.
std::unique_ptr<RunReport> newTableReport(const Terminal& terminal, std::vector<std::string> backends, size_t longest,
                                          bool details);
// One object, {"runs": [...], "stories": [...], "summary": {...}}, at the end.
std::unique_ptr<RunReport> newJsonReport(const Terminal& terminal);

}  // namespace orrery::cli
