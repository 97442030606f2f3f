#include "cli/json.h"
#include "cli/run_report.h"
#include "replay/format/run_file.h"

namespace orrery::cli {

Json failuresJson(const sim::RunResult& result) {
  Json failures = Json::array();
  for (const sim::CheckFailure& f : result.failures) {
    failures.push_back(
        {{"check", f.check}, {"at_ns", f.at.inNanoseconds()}, {"message", f.message}, {"entity", f.entity}});
  }
  return failures;
}

Json runJson(const RunRecord& record) {
  const sim::RunResult& result = record.result;
  Json notJudged = Json::array();
  for (const sim::NotJudged& n : result.notJudged) notJudged.push_back({{"check", n.check}, {"reason", n.reason}});
  Json shown = Json::array();
  const auto& sometimes = record.task.story->scenario().sometimes;
  for (size_t i = 0; i < sometimes.size() && i < result.shown.size(); ++i) {
    if (result.shown[i]) shown.push_back(sometimes[i].text);
  }
  Json out;
  out["scenario"] = record.task.story->path;
  out["claim"] = record.task.story->scenario().claim;
  out["backend"] = record.backend;
  out["seed"] = record.task.seed;
  if (record.task.witness != nullptr) out["witness"] = record.task.witness->path;
  out["result"] = runOutcomeName(record.outcome);
  if (!result.error.empty()) out["error"] = result.error;
  out["not_judged"] = std::move(notJudged);
  out["hash"] = replay::hex64(result.hash);
  out["events"] = result.events;
  out["choices"] = result.choices;
  out["virtual_ns"] = result.virtualTime.inNanoseconds();
  out["wall_ns"] = record.wallNs;
  out["failures"] = failuresJson(result);
  out["shown"] = std::move(shown);
  if (!record.runFile.empty()) out["run_file"] = record.runFile;
  if (!record.page.empty()) out["page"] = record.page;
  out["repeat"] = record.repeat;
  return out;
}

Json marksJson(const MarkCounts& counts) {
  Json out = Json::array();
  for (size_t i = 0; i < kMarks; ++i) {
    out.push_back({{"name", kMarkTable[i].name}, {"what", kMarkTable[i].what}, {"runs", counts.runs(i)}});
  }
  return out;
}

void printJson(const Terminal& terminal, const Json& json) {
  terminal.out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

namespace {

class JsonReport final : public RunReport {
 public:
  explicit JsonReport(const Terminal& terminal) : terminal_(terminal) {}

  void story(const StoryResult& result) override {
    for (const RunRecord& r : result.runs) runs_.push_back(runJson(r));
    Json story;
    story["scenario"] = result.story->path;
    story["claim"] = result.story->scenario().claim;
    story["runs"] = result.runs.size();
    story["unshown"] = result.unshown;
    stories_.push_back(std::move(story));
  }

  void notRepeated(const std::string& text) override {
    terminal_.err << "NOT REPEATED " << text;
    notRepeated_ = text;
  }

  bool finish(const RunSummary& s) override {
    Json summary;
    summary["stories"] = s.stories;
    summary["runs"] = s.runs;
    summary["pass"] = s.passed;
    summary["fail"] = s.failed;
    summary["error"] = s.errors;
    summary["skip"] = s.skipped;
    summary["unshown"] = s.unshown;
    summary["not_judged"] = s.notJudged;
    summary["events"] = s.events;
    summary["wall_ns"] = s.wallNs;
    if (s.repeated) {
      summary["determinism"] = {{"repetitions", s.repetitions}, {"different", s.differing}};
      if (!notRepeated_.empty()) summary["determinism"]["first"] = notRepeated_;
    }
    Json document;
    document["runs"] = std::move(runs_);
    document["stories"] = std::move(stories_);
    if (s.marks) document["marks"] = marksJson(*s.marks);
    document["summary"] = std::move(summary);
    printJson(terminal_, document);
    return true;
  }

 private:
  const Terminal& terminal_;
  Json runs_ = Json::array();
  Json stories_ = Json::array();
  std::string notRepeated_;
};

}  // namespace

std::unique_ptr<RunReport> newJsonReport(const Terminal& terminal) { return std::make_unique<JsonReport>(terminal); }

}  // namespace orrery::cli
