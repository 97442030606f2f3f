#include <algorithm>

#include "cli/run_report.h"
#include "replay/format/run_file.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

using sim::grouped;
using sim::plural;
using sim::RunOutcome;
using Tone = Terminal::Tone;

class TextReport final : public RunReport {
 public:
  TextReport(const Terminal& terminal, bool details) : terminal_(terminal), details_(details) {}

  void story(const StoryResult& result) override {
    if (result.anyWith(RunOutcome::kFail)) {
      broken(result, RunOutcome::kFail, "FAIL");
    } else if (result.anyWith(RunOutcome::kError)) {
      broken(result, RunOutcome::kError, "ERROR");
    } else if (!result.unshown.empty()) {
      line(Tone::kDoubtful, "unshown", result);
      for (const std::string& text : result.unshown) {
        terminal_.out << "        not shown: " << text
                      << (result.story->witnesses.empty() ? " (no witness)" : " (the witness shows it no more)")
                      << '\n';
      }
    } else if (result.anyWith(RunOutcome::kSkip)) {
      line(Tone::kDoubtful, "skip", result);
    } else {
      line(Tone::kGood, "pass", result);
    }
    if (details_) eachRun(result);
  }

  void notRepeated(const std::string& text) override {
    terminal_.out << terminal_.toned(Tone::kBad, "NOT REPEATED") << ' ' << text;
  }

  bool finish(const RunSummary& s) override {
    terminal_.out << plural(s.stories, "story", "stories") << ", " << plural(s.runs, "run", "runs") << " in "
                  << sim::seconds(s.wallNs, 2) << " s: " << grouped(s.passed) << " passed, " << grouped(s.failed)
                  << " failed, " << plural(s.errors, "error", "errors") << ", " << grouped(s.skipped) << " skipped, "
                  << grouped(s.unshown) << " unshown; " << plural(s.notJudged, "check", "checks") << " not judged\n";
    if (s.marks) terminal_.out << marksAtLength(*s.marks);
    if (!s.repeated) return true;
    terminal_.out << "determinism: " << plural(s.repetitions, "repetition", "repetitions")
                  << " (after other worlds, and in fresh memory), "
                  << (s.differing == 0 ? std::string("all equal") : grouped(s.differing) + " different") << '\n';
    return true;
  }

 private:
  void line(Tone tone, std::string_view word, const StoryResult& result) {
    std::string head(word);
    head.append(word.size() < 8 ? 8 - word.size() : 1, ' ');
    terminal_.out << terminal_.toned(tone, head) << sim::padded(result.story->path, 56) << ' ' << totals(result)
                  << '\n';
  }

  // "hash 0123456789abcdef, 312 events, 60.005 s virtual, 1.2 ms" of one run, sums of several.
  static std::string totals(const StoryResult& result) {
    uint64_t events = 0;
    int64_t virtualNs = 0;
    int64_t wallNs = 0;
    for (const RunRecord& r : result.runs) {
      events += r.result.events;
      virtualNs += r.result.virtualTime.inNanoseconds();
      wallNs += r.wallNs;
    }
    const RunRecord& first = result.runs.front();
    const bool single = std::count_if(result.runs.begin(), result.runs.end(),
                                      [](const RunRecord& r) { return r.task.witness == nullptr; }) == 1;
    std::string out =
        single ? replay::hex64(first.result.hash) + "  " : plural(result.runs.size(), "run", "runs") + ", ";
    out += grouped(single ? first.result.events : events) + " events, ";
    out += sim::seconds(single ? first.result.virtualTime.inNanoseconds() : virtualNs, 3) + " s virtual, ";
    out += sim::seconds((single ? first.wallNs : wallNs) * 1000, 1) + " ms";
    if (single && result.runs.size() > 1) out += ", " + plural(result.runs.size() - 1, "witness", "witnesses");
    return out;
  }

  void broken(const StoryResult& result, RunOutcome outcome, std::string_view word) {
    const RunRecord& first = *result.firstWith(outcome);
    sim::FailureContext context;
    context.claim = result.story->scenario().claim;
    context.origin = first.task.name();
    context.repeat = first.repeat;
    context.look = first.page;
    context.width = terminal_.width;
    terminal_.out << terminal_.toned(Tone::kBad, word) << ' ' << result.story->path << '\n'
                  << failureText(first.result, context);
    others(result, outcome);
  }

  // Which other runs failed too.
  void others(const StoryResult& result, RunOutcome outcome) {
    constexpr size_t kShown = 12;
    std::string names;
    size_t count = 0;
    for (const RunRecord& r : result.runs) {
      if (r.outcome != outcome) continue;
      if (++count > 1 && count <= kShown + 1) names += (names.empty() ? "" : ", ") + r.task.name();
    }
    if (count < 2) return;
    terminal_.out << "  so do " << plural(count - 1, "other run", "other runs") << " of " << grouped(result.runs.size())
                  << ": " << names << (count > kShown + 1 ? ", ..." : "") << '\n';
  }

  void eachRun(const StoryResult& result) {
    for (const RunRecord& r : result.runs) {
      terminal_.out << "        " << sim::padded(runOutcomeName(r.outcome), 8) << replay::hex64(r.result.hash) << ' '
                    << r.task.name() << '\n';
      for (const sim::NotJudged& n : r.result.notJudged) {
        terminal_.out << "          not judged: " << n.check << ": " << n.reason << '\n';
      }
    }
  }

  const Terminal& terminal_;
  bool details_;
};

}  // namespace

std::unique_ptr<RunReport> newTextReport(const Terminal& terminal, bool details) {
  return std::make_unique<TextReport>(terminal, details);
}

}  // namespace orrery::cli
