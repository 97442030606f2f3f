#include <filesystem>
#include <set>

#include "cli/build_info.h"
#include "cli/file_report.h"
#include "cli/files.h"
#include "cli/json.h"
#include "replay/format/run_file.h"
#include "sim/script/cases.h"

namespace orrery::cli {

namespace {

using sim::RunOutcome;

// Where the story says what does not hold; its first line for the checks that hold in every run without being asked for.
int lineOf(const sim::Scenario& scenario, const sim::CheckFailure& failure) {
  for (const auto* list : {&scenario.always, &scenario.plain}) {
    for (const sim::Expectation& e : *list) {
      if (e.line > 0 && failure.message.find('`' + e.text + '`') != std::string::npos) return e.line;
    }
  }
  return 1;
}

class SarifReport final : public RunReport {
 public:
  SarifReport(std::string path, const Terminal& terminal) : path_(std::move(path)), terminal_(terminal) {}

  void story(const StoryResult& result) override {
    for (const RunRecord& r : result.runs) {
      if (r.outcome == RunOutcome::kError) add(result, r, "error", r.result.error, 1);
      if (r.outcome != RunOutcome::kFail) continue;
      for (const sim::CheckFailure& f : r.result.failures)
        add(result, r, f.check, f.message, lineOf(result.story->scenario(), f), &f);
    }
  }

  void notRepeated(const std::string& text) override {
    rules_.insert("not-repeated");
    results_.push_back({{"ruleId", "not-repeated"}, {"level", "error"}, {"message", {{"text", text}}}});
  }

  bool finish(const RunSummary&) override {
    Json rules = Json::array();
    for (const std::string& id : rules_) {
      rules.push_back({{"id", id}, {"shortDescription", {{"text", "check " + id + " holds"}}}});
    }
    Json driver;
    driver["name"] = "orrery";
    driver["version"] = buildInfo().version;
    driver["rules"] = std::move(rules);
    Json run;
    run["tool"] = {{"driver", std::move(driver)}};
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = std::move(results_);
    Json document;
    document["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    document["version"] = "2.1.0";
    document["runs"] = Json::array({std::move(run)});
    return writeOrComplain(path_, document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n', terminal_);
  }

 private:
  void add(const StoryResult& story, const RunRecord& record, const std::string& rule, const std::string& message,
           int line, const sim::CheckFailure* failure = nullptr) {
    rules_.insert(rule);
    Json location;
    location["physicalLocation"] = {
        {"artifactLocation",
         {{"uri", std::filesystem::path(script::splitCase(story.story->path).file).generic_string()}}},
        {"region", {{"startLine", line}}}};
    Json result;
    result["ruleId"] = rule;
    result["level"] = "error";
    result["message"] = {{"text", message + "\nclaim: " + story.story->scenario().claim + "\nrun: " + record.name() +
                                      "\nrepeat: " + record.repeat}};
    result["locations"] = Json::array({std::move(location)});
    // The same check of the same story is the same finding, whatever the seed.
    result["partialFingerprints"] = {{"story/check", story.story->path + '/' + rule}};
    Json properties = {{"seed", record.task.seed}, {"hash", replay::hex64(record.result.hash)}};
    if (failure != nullptr) properties["at_ns"] = failure->at.inNanoseconds();
    if (!record.runFile.empty()) properties["run_file"] = record.runFile;
    result["properties"] = std::move(properties);
    results_.push_back(std::move(result));
  }

  std::string path_;
  const Terminal& terminal_;
  std::set<std::string> rules_;
  Json results_ = Json::array();
};

}  // namespace

std::unique_ptr<RunReport> newSarifReport(const std::string& path, const Terminal& terminal) {
  return std::make_unique<SarifReport>(path, terminal);
}

}  // namespace orrery::cli
