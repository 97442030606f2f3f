#include <algorithm>

#include "cli/explore_report.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace {

using sim::grouped;
using sim::plural;
using Tone = Terminal::Tone;

std::string rightAligned(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

// "found by pct in run 37 with 42 deviations, 14 of 5,000 runs fail so; shrunk from 9 in 118 runs"
std::string howFound(const ExploredGroup& g, uint64_t runs) {
  std::string out = "found by " + g.group.firstBy + " in run " + grouped(g.group.firstRun) + " with " +
                    plural(g.group.firstDeviations, "deviation", "deviations") + ", " + grouped(g.group.runs) + " of " +
                    grouped(runs) + " runs fail so";
  if (!g.shrunk) return out;
  if (!g.shrunk->reproduced) return out + "; not shrunk, as it failed no more";
  out += "; shrunk from " + grouped(g.shrunk->before) + " in " + plural(g.shrunk->runs, "run", "runs");
  return g.shrunk->fixed ? out : out + " (not to the end)";
}

class ExploreText final : public ExploreReport {
 public:
  ExploreText(const Terminal& terminal, bool allMarks) : terminal_(terminal), allMarks_(allMarks) {}

  void story(const Explored& e) override {
    for (const ExploredGroup& g : e.groups) failure(e, g);
    head(e);
    table(e);
    for (const sim::Covered& c : e.covered) terminal_.out << "  covered    " << wrap(c.sentence()) << '\n';
    for (size_t i = 0; i < e.marks.size(); ++i) mark(e.story->scenario().sometimes[i].text, e.marks[i]);
  }

  void finish(const ExploreSummary& s) override {
    terminal_.out << plural(s.stories, "story", "stories") << ", " << plural(s.runs, "run", "runs") << " in "
                  << sim::seconds(s.wallNs, 2) << " s (" << rate(s.runs, s.wallNs)
                  << "): " << plural(s.causes, "cause", "causes") << " of failure, "
                  << plural(s.errors, "error", "errors") << ", " << grouped(s.unshown) << " unshown\n";
    terminal_.out << (allMarks_ ? marksAtLength(s.rare) : marksInShort(s.rare, s.stories > 1, terminal_.width));
  }

 private:
  static std::string rate(uint64_t runs, int64_t ns) {
    return grouped(ns <= 0 ? 0 : runs * 1'000'000 / static_cast<uint64_t>(std::max<int64_t>(ns / 1000, 1))) + " runs/s";
  }
  std::string wrap(const std::string& text) const { return sim::wrapped(text, terminal_.width, 13); }

  void failure(const Explored& e, const ExploredGroup& g) {
    const bool error = g.group.what.check == "error";
    sim::FailureContext context;
    context.claim = e.story->scenario().claim;
    context.origin = howFound(g, e.runs);
    context.repeat = repeatCommand(g, terminal_);
    context.width = terminal_.width;
    terminal_.out << terminal_.toned(Tone::kBad, error ? "ERROR" : "FAIL") << ' ' << e.story->path << '\n'
                  << failureText(g.result, context);
  }

  void head(const Explored& e) {
    std::string word = e.failed() ? "FAIL" : e.errors != 0 ? "ERROR" : e.unshown().empty() ? "ok" : "unshown";
    const Tone tone = e.failed() || e.errors != 0 ? Tone::kBad : e.unshown().empty() ? Tone::kGood : Tone::kDoubtful;
    const std::string spaces(word.size() < 8 ? 8 - word.size() : 1, ' ');
    terminal_.out << terminal_.toned(tone, word) << spaces << sim::padded(e.story->path, 56) << ' '
                  << plural(e.runs, "run", "runs") << (e.exhausted ? ", nothing left to try" : "") << ", "
                  << plural(e.groups.size(), "cause", "causes") << " of failure; " << rate(e.runs, e.wallNs) << '\n';
  }

  void table(const Explored& e) {
    terminal_.out << "  strategy       runs   new ends    failing     causes\n";
    for (const sim::StrategyTally& t : e.tallies) {
      if (t.runs == 0) continue;
      terminal_.out << "  " << sim::padded(t.name, 8) << rightAligned(grouped(t.runs), 11)
                    << rightAligned(grouped(t.newEnds), 11) << rightAligned(grouped(t.failures), 11)
                    << rightAligned(grouped(t.causes), 11) << '\n';
    }
  }

  void mark(const std::string& text, const sim::MarkTally& m) {
    terminal_.out << "  sometimes  `" << text << '`';
    if (m.runs == 0) {
      terminal_.out << " in no run: " << terminal_.toned(Tone::kDoubtful, "unshown") << '\n';
    } else {
      terminal_.out << " in " << plural(m.runs, "run", "runs") << ", first by " << m.firstBy << " in run "
                    << grouped(m.firstRun) << '\n';
    }
  }

  const Terminal& terminal_;
  const bool allMarks_;
};

}  // namespace

std::string repeatCommand(const ExploredGroup& group, const Terminal& terminal) {
  if (group.runFile.empty()) return "";
  return shellWord(terminal.program) + " replay " + shellWord(group.runFile);
}

std::unique_ptr<ExploreReport> newExploreTextReport(const Terminal& terminal, bool allMarks) {
  return std::make_unique<ExploreText>(terminal, allMarks);
}

}  // namespace orrery::cli
