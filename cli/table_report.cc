#include <algorithm>
#include <map>
#include <utility>

#include "cli/run_report.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

using sim::RunOutcome;
using Tone = Terminal::Tone;

constexpr size_t kCellWidth = 14;

Tone toneOf(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::kPass: return Tone::kGood;
    case RunOutcome::kFail:
    case RunOutcome::kError: return Tone::kBad;
    default: return Tone::kDoubtful;
  }
}

std::string wordOf(RunOutcome outcome) {
  if (outcome == RunOutcome::kFail) return "FAIL";
  return outcome == RunOutcome::kError ? "ERROR" : std::string(runOutcomeName(outcome));
}

class TableReport final : public RunReport {
 public:
  TableReport(const Terminal& terminal, std::vector<std::string> backends, size_t longest, bool details)
      : terminal_(terminal), backends_(std::move(backends)), storyWidth_(longest + 2), details_(details) {}

  void story(const StoryResult& result) override {
    if (!std::exchange(begun_, true)) {
      terminal_.out << std::string(storyWidth_, ' ');
      for (const std::string& b : backends_) terminal_.out << sim::padded(b, kCellWidth);
      terminal_.out << '\n';
    }
    terminal_.out << sim::padded(result.story->path, storyWidth_);
    for (const RunRecord& r : result.runs) {
      const std::string word = wordOf(r.outcome);
      terminal_.out << terminal_.toned(toneOf(r.outcome), word)
                    << std::string(kCellWidth - std::min(kCellWidth, word.size()), ' ');
      ++counts_[r.backend][r.outcome];
    }
    terminal_.out << '\n';
    for (const RunRecord& r : result.runs) explain(r);
  }

  void notRepeated(const std::string& text) override { terminal_.out << "NOT REPEATED " << text; }

  bool finish(const RunSummary& s) override {
    for (const std::string& b : backends_) {
      std::map<RunOutcome, uint64_t>& n = counts_[b];
      terminal_.out << b << ": " << n[RunOutcome::kPass] << " passed, " << n[RunOutcome::kFail] << " failed, "
                    << sim::plural(n[RunOutcome::kError], "error", "errors") << ", " << n[RunOutcome::kSkip]
                    << " skipped\n";
    }
    terminal_.out << sim::plural(s.stories, "story", "stories") << " in " << sim::seconds(s.wallNs, 1) << " s; "
                  << sim::plural(s.notJudged, "check", "checks") << " not judged"
                  << (details_ ? "" : " (--long names them)") << '\n';
    return true;
  }

 private:
  // A few lines below the row: what failed, and why something was left out.
  void explain(const RunRecord& r) {
    const auto line = [&](const std::string& text) { terminal_.out << "    " << r.backend << ": " << text << '\n'; };
    if (r.outcome == RunOutcome::kError || (details_ && r.outcome == RunOutcome::kSkip)) line(r.result.error);
    for (const sim::CheckFailure& f : r.result.failures) {
      line("at " + sim::seconds(f.at.inNanoseconds(), 3) + " s check " + f.check + ": " + f.message);
    }
    if (r.outcome == RunOutcome::kFail) line("repeat: " + r.repeat);
    if (!details_) return;
    for (const sim::NotJudged& n : r.result.notJudged) line("not judged: " + n.check + ": " + n.reason);
  }

  const Terminal& terminal_;
  const std::vector<std::string> backends_;
  const size_t storyWidth_;
  const bool details_;
  bool begun_ = false;
  std::map<std::string, std::map<RunOutcome, uint64_t>> counts_;
};

}  // namespace

std::unique_ptr<RunReport> newTableReport(const Terminal& terminal, std::vector<std::string> backends, size_t longest,
                                          bool details) {
  return std::make_unique<TableReport>(terminal, std::move(backends), longest, details);
}

}  // namespace orrery::cli
