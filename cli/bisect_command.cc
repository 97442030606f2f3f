#include "cli/bisect_command.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "cli/live/shell.h"
#include "cli/load_run.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace fs = std::filesystem;
using live::shell;
using live::ShellResult;

namespace {

enum class Verdict : uint8_t { kPasses, kFails, kUntestable };

std::string_view word(Verdict v) {
  return v == Verdict::kPasses ? "passes" : v == Verdict::kFails ? "fails" : "cannot be told";
}

struct Step {
  std::string commit;
  std::string subject;
  Verdict verdict = Verdict::kUntestable;
  std::string why;  // it cannot be told
};

// The checkouts, and what a run does in each.
class Tree {
 public:
  Tree(const BisectArguments& arguments, std::string run, std::string scenario, std::string check)
      : arguments_(arguments), run_(std::move(run)), scenario_(std::move(scenario)), check_(std::move(check)) {}

  // Empty: it is there. Else what is wrong.
  std::string open() {
    const ShellResult top = shell("git rev-parse --show-toplevel");
    if (top.code != 0) return "expected to be in a git repository: " + top.lastLine();
    path_ = arguments_.tree.empty() ? (fs::path(top.lastLine()) / "build/bisect").string()
                                    : fs::absolute(arguments_.tree).string();
    if (fs::exists(path_)) {
      if (const ShellResult r = git("bisect reset"); r.code != 0)
        return path_ + ": expected a tree of an earlier bisect: " + r.lastLine();
      return "";
    }
    const ShellResult made = shell("git worktree add --detach " + shellWord(path_) + " HEAD");
    return made.code == 0 ? "" : made.lastLine();
  }
  const std::string& path() const { return path_; }

  ShellResult git(const std::string& words) const { return shell("git -C " + shellWord(path_) + " " + words); }

  // Of what is checked out.
  Step judge() const {
    Step step;
    step.commit = git("rev-parse --short=12 HEAD").lastLine();
    step.subject = git("log -1 --format=%s").lastLine();
    if (const ShellResult built = shell("cd " + shellWord(path_) + " && " + arguments_.build); built.code != 0) {
      step.why = "it does not build: " + built.lastLine();
      return step;
    }
    const ShellResult replayed =
        shell("cd " + shellWord(path_) + " && " + shellWord("./" + arguments_.program) + " replay " + shellWord(run_) +
              " --loose --scenario " + shellWord(scenario_) + " --json");
    // Complaints come before the document.
    const Json document = Json::parse(
        replayed.output.substr(std::min(replayed.output.find('{'), replayed.output.size())), nullptr, false);
    if (replayed.code == kNothingFailed) step.verdict = Verdict::kPasses;
    if (replayed.code == kClaimFailed) tellFailure(document, step);
    if (replayed.code != kNothingFailed && replayed.code != kClaimFailed) step.why = "replay: " + replayed.lastLine();
    return step;
  }

 private:
  void tellFailure(const Json& document, Step& step) const {
    step.why = "it fails in another way";
    if (!document.is_object() || !document.contains("runs")) return;
    for (const Json& run : document["runs"]) {
      for (const Json& failure : run.value("failures", Json::array())) {
        if (failure.value("check", "") != check_) continue;
        step.verdict = Verdict::kFails;
        step.why.clear();
      }
    }
  }

  const BisectArguments& arguments_;
  std::string run_;
  std::string scenario_;
  std::string check_;
  std::string path_;
};

class Bisect {
 public:
  Bisect(const BisectArguments& arguments, Tree& tree, const Terminal& terminal)
      : arguments_(arguments), tree_(tree), terminal_(terminal) {}

  ExitCode run() {
    Step older;
    Step newer;
    if (!judgeEnd(arguments_.good, older) || !judgeEnd(arguments_.bad, newer)) return kBadInput;
    if (older.verdict == newer.verdict) {
      terminal_.complain("bisect: the run " + std::string(word(older.verdict)) + " at " + arguments_.good + " and at " +
                         arguments_.bad + ": expected it to do so at one of them only");
      return kBadInput;
    }
    broke_ = newer.verdict == Verdict::kFails;
    return search(older, newer);
  }

 private:
  bool judgeEnd(const std::string& revision, Step& step) {
    // Said of the checkout that the user is in: HEAD is its.
    const ShellResult commit = shell("git rev-parse --verify --quiet " + shellWord(revision + "^{commit}"));
    if (commit.code != 0) {
      terminal_.complain("bisect: " + revision + ": expected a commit of this repository");
      return false;
    }
    if (const ShellResult r = tree_.git("checkout -q --detach " + commit.lastLine()); r.code != 0) {
      terminal_.complain("bisect: " + revision + ": " + r.lastLine());
      return false;
    }
    step = tree_.judge();
    tell(step);
    if (step.verdict != Verdict::kUntestable) return true;
    terminal_.complain("bisect: " + revision + ": " + step.why);
    return false;
  }

  ExitCode search(const Step& older, const Step& newer) {
    ShellResult said = tree_.git("bisect start --term-old=old --term-new=new " + newer.commit + " " + older.commit);
    while (said.code == 0 && !over(said.output)) {
      const Step step = tree_.judge();
      tell(step);
      const std::string verdict = step.verdict == Verdict::kUntestable ? "skip"
                                  : step.verdict == newer.verdict      ? "new"
                                                                       : "old";
      said = tree_.git("bisect " + verdict);
    }
    const std::string first = tree_.git("rev-parse --short=12 bisect/new").lastLine();
    const std::string subject = tree_.git("log -1 --format=%s bisect/new").lastLine();
    const bool found = said.output.find("is the first new commit") != std::string::npos;
    tree_.git("bisect reset");
    report(found, first, subject, said);
    return found ? kNothingFailed : kBadInput;
  }

  static bool over(const std::string& said) {
    return said.find("is the first new commit") != std::string::npos ||
           said.find("skip'ped commits left") != std::string::npos;
  }

  void tell(const Step& step) {
    steps_.push_back(step);
    if (arguments_.json) return;
    terminal_.out << "  " << step.commit << "  " << sim::padded(word(step.verdict), 15) << step.subject << '\n';
    if (!step.why.empty()) terminal_.out << "                " << step.why << '\n';
    terminal_.out.flush();
  }

  void report(bool found, const std::string& commit, const std::string& subject, const ShellResult& said) {
    if (arguments_.json) {
      Json out = {{"run_file", arguments_.file}, {"found", found}};
      if (found) out["commit"] = commit;
      if (found) out["subject"] = subject;
      if (found) out["change"] = broke_ ? "broke" : "mended";
      out["steps"] = Json::array();
      for (const Step& s : steps_) {
        out["steps"].push_back(
            {{"commit", s.commit}, {"verdict", word(s.verdict)}, {"subject", s.subject}, {"why", s.why}});
      }
      printJson(terminal_, out);
    } else if (found) {
      terminal_.out << commit << (broke_ ? " broke it: " : " mended it: ") << subject << '\n';
    }
    if (!found) {
      terminal_.complain("bisect: what is left are commits that cannot be told, at or before " + commit + " (" +
                         said.lastLine() + ")");
    }
  }

  const BisectArguments& arguments_;
  Tree& tree_;
  const Terminal& terminal_;
  std::vector<Step> steps_;
  bool broke_ = true;
};

}  // namespace

ExitCode bisectCommand(const BisectArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  const auto loaded = loadRun(arguments.file, arguments.scenario, simulator, terminal);
  if (!loaded) return kBadInput;
  if (!loaded->file.failure) {
    terminal.complain("bisect: " + arguments.file + ": expected a run that fails, found one that passes");
    return kBadInput;
  }
  Tree tree(arguments, fs::absolute(arguments.file).string(), fs::absolute(loaded->story.path).string(),
            loaded->file.failure->check);
  if (const std::string wrong = tree.open(); !wrong.empty()) {
    terminal.complain("bisect: " + wrong);
    return kBadInput;
  }
  if (!arguments.json) terminal.out << "checkouts in " << tree.path() << '\n';
  return Bisect(arguments, tree, terminal).run();
}

}  // namespace orrery::cli
