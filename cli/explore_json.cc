#include "cli/explore_report.h"
#include "cli/json.h"

namespace orrery::cli {

namespace {

Json groupJson(const ExploredGroup& g, const Terminal& terminal) {
  Json out;
  out["check"] = g.group.what.check;
  out["entity"] = g.group.what.entity;
  out["cause"] = g.group.what.cause;
  out["runs"] = g.group.runs;
  out["first_run"] = g.group.firstRun;
  out["first_by"] = g.group.firstBy;
  out["deviations_found"] = g.group.firstDeviations;
  Json deviations = Json::array();
  for (const sim::Deviation& d : g.result.deviations.items()) {
    deviations.push_back({{"choice", d.text}, {"value", d.value}});
  }
  out["deviations"] = std::move(deviations);
  if (g.shrunk) {
    out["shrunk"] = {{"runs", g.shrunk->runs}, {"spared", g.shrunk->spared}, {"to_the_end", g.shrunk->fixed}};
  }
  if (!g.result.failures.empty()) {
    out["at_ns"] = g.result.failures.front().at.inNanoseconds();
    out["message"] = g.result.failures.front().message;
  } else {
    out["message"] = g.result.error;
  }
  out["hash"] = replay::hex64(g.result.hash);
  if (!g.runFile.empty()) {
    out["run_file"] = g.runFile;
    out["repeat"] = repeatCommand(g, terminal);
  }
  return out;
}

Json storyJson(const Explored& e, const Terminal& terminal) {
  Json out;
  out["scenario"] = e.story->path;
  out["claim"] = e.story->scenario().claim;
  out["result"] = e.failed() ? "fail" : e.errors != 0 ? "error" : e.unshown().empty() ? "pass" : "unshown";
  out["runs"] = e.runs;
  out["events"] = e.events;
  out["exhausted"] = e.exhausted;
  out["wall_ns"] = e.wallNs;
  out["forked"] = e.forked;
  out["strategies"] = Json::array();
  for (const sim::StrategyTally& t : e.tallies) {
    out["strategies"].push_back(
        {{"name", t.name}, {"runs", t.runs}, {"new_ends", t.newEnds}, {"failing", t.failures}, {"causes", t.causes}});
  }
  out["covered"] = Json::array();
  for (const sim::Covered& c : e.covered) out["covered"].push_back(c.sentence());
  if (e.runsBefore != 0) out["runs_before"] = e.runsBefore;
  out["sometimes"] = Json::array();
  for (size_t i = 0; i < e.marks.size(); ++i) {
    Json mark = {{"text", e.story->scenario().sometimes[i].text}, {"runs", e.marks[i].runs}};
    if (e.marks[i].runs != 0) {
      mark["first_run"] = e.marks[i].firstRun;
      mark["first_by"] = e.marks[i].firstBy;
    }
    out["sometimes"].push_back(std::move(mark));
  }
  out["failures"] = Json::array();
  for (const ExploredGroup& g : e.groups) out["failures"].push_back(groupJson(g, terminal));
  return out;
}

class ExploreJson final : public ExploreReport {
 public:
  explicit ExploreJson(const Terminal& terminal) : terminal_(terminal) {}

  void story(const Explored& explored) override { stories_.push_back(storyJson(explored, terminal_)); }
  void finish(const ExploreSummary& s) override {
    Json document;
    document["stories"] = std::move(stories_);
    document["marks"] = marksJson(s.rare);
    document["summary"] = {{"stories", s.stories}, {"runs", s.runs},       {"causes", s.causes},
                           {"errors", s.errors},   {"unshown", s.unshown}, {"wall_ns", s.wallNs}};
    printJson(terminal_, document);
  }

 private:
  const Terminal& terminal_;
  Json stories_ = Json::array();
};

}  // namespace

std::unique_ptr<ExploreReport> newExploreJsonReport(const Terminal& terminal) {
  return std::make_unique<ExploreJson>(terminal);
}

}  // namespace orrery::cli
