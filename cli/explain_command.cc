#include "cli/explain_command.h"

#include <map>

#include "cli/failing_run.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "sim/explore/explainer.h"
#include "sim/explore/shrinker.h"
#include "sim/report/describe.h"
#include "sim/report/deviation_words.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

constexpr uint64_t kRunsToShrink = 4000;

std::string verdict(const sim::Intervention& i) {
  return i.decides() ? "decides" : i.contributes() ? "contributes" : "does not matter by itself";
}

// The parts of an explanation as texts. Lifetime: the explanation outlives it.
class Words {
 public:
  explicit Words(const sim::Explanation& e) : e_(e) {
    for (const sim::Deviation& d : e.failing.deviations.items()) texts_[d.key] = d.text;
  }

  std::string choice(size_t item) const {
    const sim::ChoiceLog::Item& i = e_.log.items[item];
    const auto at = texts_.find(i.key);
    return (at == texts_.end() ? std::string("?") : at->second) + " = " + std::to_string(i.value);
  }
  std::string meaning(size_t item) const {
    const sim::ChoiceLog::Item& i = e_.log.items[item];
    const auto at = texts_.find(i.key);
    return at == texts_.end() ? "" : sim::deviationInWords(at->second, i.value);
  }
  std::string event(bool here, size_t position) const {
    const sim::Recording& r = here ? *e_.failing.recording : *e_.passing->recording;
    const auto& events = r.events.events();
    return position < events.size() ? eventLine(r, events[position]) : "(the run has ended)";
  }
  // What the nearest passing run does otherwise.
  std::string change() const {
    if (!e_.changed.empty()) return "the same without " + choice(e_.changed[0]);
    const auto& more = e_.passing->deviations.items();
    for (const sim::Deviation& d : more) {
      if (!texts_.contains(d.key)) return "the same and " + d.text + " = " + std::to_string(d.value);
    }
    return "the same with one more deviation";
  }

 private:
  const sim::Explanation& e_;
  std::map<uint64_t, std::string> texts_;  // by key
};

class ExplainText {
 public:
  ExplainText(const sim::Explanation& e, const FailingRun& run, const Terminal& terminal)
      : e_(e), run_(run), words_(e), terminal_(terminal) {}

  void print(const std::string& origin) {
    sim::FailureContext context;
    context.claim = run_.loaded.story.scenario().claim;
    context.origin = origin;
    context.width = terminal_.width;
    out() << terminal_.toned(Terminal::Tone::kBad, "FAIL") << ' ' << run_.loaded.story.path << '\n'
          << failureText(e_.failing, context);
    passing();
    order();
    deciding();
  }

 private:
  std::ostream& out() { return terminal_.out; }

  void passing() {
    if (run_.what.check == "default") {
      out() << "  it is the plain run that breaks `default`, which is judged of no other\n";
      return;
    }
    if (!e_.passing) {
      out() << "  no run beside it passes\n";
      return;
    }
    out() << "  nearest run that passes: " << words_.change() << '\n'
          << "  they part at event " << sim::grouped(e_.parts + 1) << '\n'
          << "    fails   " << words_.event(true, e_.parts) << '\n'
          << "    passes  " << words_.event(false, e_.parts) << '\n';
  }

  void order() {
    if (!e_.order) return;
    out() << "  where it fails, the first comes before the second:\n"
          << "    1  " << words_.event(true, e_.order->first) << '\n'
          << "    2  " << words_.event(true, e_.order->second) << '\n'
          << "  where it passes, after it:\n"
          << "    2  " << words_.event(false, e_.order->secondThere) << '\n'
          << "    1  " << words_.event(false, e_.order->firstThere) << '\n';
  }

  void deciding() {
    if (e_.single.empty()) return;
    out() << "  what decides, by " << sim::Intervention::kCompletions << " completions each way:\n";
    for (const sim::Intervention& i : e_.single) {
      out() << "    " << words_.meaning(i.items[0]) << "  (" << words_.choice(i.items[0]) << ")\n      ";
      verdictLine(i);
    }
    for (const sim::Intervention& i : e_.pairs) {
      out() << "    both " << words_.choice(i.items[0]) << " and " << words_.choice(i.items[1]) << "\n      ";
      verdictLine(i);
    }
    if (e_.log.items.size() > e_.single.size()) {
      out() << "    and " << sim::grouped(e_.log.items.size() - e_.single.size())
            << " more that were not asked about\n";
    }
  }
  void verdictLine(const sim::Intervention& i) {
    constexpr auto kOf = sim::Intervention::kCompletions;
    out() << verdict(i) << ": fails in " << i.failedWith << " of " << kOf << " with it, in " << i.failedWithout
          << " of " << kOf << " without\n";
  }

  const sim::Explanation& e_;
  const FailingRun& run_;
  const Words words_;
  const Terminal& terminal_;
};

Json interventionJson(const sim::Intervention& i, const Words& words) {
  Json out;
  out["deviations"] = Json::array();
  for (const size_t item : i.items) out["deviations"].push_back(words.choice(item));
  out["meaning"] = words.meaning(i.items[0]);
  out["completions"] = sim::Intervention::kCompletions;
  out["failed_with"] = i.failedWith;
  out["failed_without"] = i.failedWithout;
  out["verdict"] = verdict(i);
  return out;
}

Json explanationJson(const sim::Explanation& e, const FailingRun& run, uint64_t before) {
  const Words words(e);
  Json out;
  out["scenario"] = run.loaded.story.path;
  out["check"] = run.what.check;
  out["cause"] = run.what.cause;
  out["deviations_before"] = before;
  out["deviations"] = Json::array();
  for (size_t i = 0; i < e.log.items.size(); ++i) out["deviations"].push_back(words.choice(i));
  if (e.passing) {
    out["passing"] = {{"change", words.change()},
                      {"parts_at_event", e.parts + 1},
                      {"fails", words.event(true, e.parts)},
                      {"passes", words.event(false, e.parts)}};
  }
  if (e.order) {
    out["order"] = {{"first", words.event(true, e.order->first)}, {"second", words.event(true, e.order->second)}};
  }
  out["interventions"] = Json::array();
  for (const sim::Intervention& i : e.single) out["interventions"].push_back(interventionJson(i, words));
  for (const sim::Intervention& i : e.pairs) out["interventions"].push_back(interventionJson(i, words));
  out["runs"] = e.runs;
  return out;
}

}  // namespace

ExitCode explainCommand(const ExplainArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto run = loadFailingRun("explain", arguments.file, arguments.scenario, simulator, terminal);
  if (run == nullptr) return kBadInput;
  Progress progress(terminal, "runs", 0);
  const sim::Execute execute = [&](const sim::RunRequest& request) {
    progress.step();
    return run->execute()(request);
  };
  const sim::Shrunk shrunk = sim::Shrinker(execute, run->what, kRunsToShrink).shrink(run->log);
  const sim::Explanation e = sim::Explainer(execute, run->what).explain(shrunk.log);
  progress.clear();
  if (!shrunk.reproduced || !failsAs(e.failing, run->what)) {
    terminal.complain("explain: " + arguments.file + ": the run does another thing when it is repeated");
    return kNotRepeated;
  }
  if (arguments.json) {
    printJson(terminal, explanationJson(e, *run, shrunk.before));
    return kNothingFailed;
  }
  std::string origin = arguments.file;
  if (shrunk.log.items.size() < shrunk.before) {
    origin += ", shrunk from " + sim::grouped(shrunk.before) + " deviations";
  }
  ExplainText(e, *run, terminal).print(origin);
  return kNothingFailed;
}

}  // namespace orrery::cli
