#include "cli/merge_command.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "cli/campaign.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/run_files.h"
#include "sim/report/text.h"

namespace orrery::cli {

namespace fs = std::filesystem;

namespace {

using sim::grouped;
using sim::plural;

// The small run of a cause, with where it lies.
struct Small {
  std::string path;
  size_t deviations = 0;
};

struct Merged {
  CampaignStory story;
  std::map<sim::FailureClass, Small> runs;

  bool allShards() const { return story.shards.size() == story.of; }
  bool failed() const {
    return std::any_of(story.causes.begin(), story.causes.end(), [](const auto& c) { return c.what.check != "error"; });
  }
};

// All folders, in the order in which they were given; stories in the order of their paths.
class Merge {
 public:
  explicit Merge(const Terminal& terminal) : terminal_(terminal) {}

  void add(const std::string& folder) {
    const std::vector<CampaignStory> stories = campaignStories(folder, terminal_);
    if (stories.empty()) {
      terminal_.complain("merge: " + folder +
                         ": expected *.campaign.json, as `explore --keep` writes them, found none");
      bad_ = true;
    }
    for (const CampaignStory& s : stories) add(folder, s);
  }

  std::map<std::string, Merged>& stories() { return stories_; }
  bool bad() const { return bad_; }

 private:
  void add(const std::string& folder, const CampaignStory& s) {
    auto [at, isNew] = stories_.try_emplace(s.scenario);
    Merged& to = at->second;
    if (isNew) {
      to.story = s;
    } else if (to.story.content != s.content || to.story.of != s.of || to.story.build != s.build) {
      terminal_.complain("merge: " + folder + ": " + s.scenario + " was searched as " + description(s) +
                         ", and before in this list as " + description(to.story) + ": left out");
      bad_ = true;
      return;
    } else {
      to.story.add(s);
    }
    for (const CampaignStory::Cause& c : s.causes) {
      if (!c.runFile.empty()) addRun(to, c.what, (fs::path(folder) / c.runFile).string());
    }
  }

  static std::string description(const CampaignStory& s) {
    return "text " + s.content.substr(0, 8) + " by build " + s.build + " in " + plural(s.of, "part", "parts");
  }

  void addRun(Merged& to, const sim::FailureClass& what, const std::string& path) {
    const auto file = loadRunFile(path);
    if (!file) {
      terminal_.complain("warning: " + file.error().message + ": skipped");
      return;
    }
    const Small small{path, file->deviations.size()};
    const auto [at, isNew] = to.runs.try_emplace(what, small);
    if (!isNew && small.deviations < at->second.deviations) at->second = small;
  }

  const Terminal& terminal_;
  std::map<std::string, Merged> stories_;
  bool bad_ = false;
};

std::string sentenceOf(const Merged& m, sim::Covered covered) {
  covered.complete = covered.complete && m.allShards();
  return covered.sentence();
}

void print(const Merged& m, const Terminal& terminal) {
  const CampaignStory& s = m.story;
  const bool failed = m.failed();
  terminal.out << terminal.toned(failed ? Terminal::Tone::kBad : Terminal::Tone::kGood, failed ? "FAIL" : "PASS") << ' '
               << s.scenario << ": " << plural(s.runs, "run", "runs");
  if (s.of > 1) terminal.out << ", " << s.shards.size() << " of " << plural(s.of, "shard", "shards");
  terminal.out << '\n';
  for (const CampaignStory::Cause& c : s.causes) {
    terminal.out << "  " << c.what.check << ": " << c.what.cause << "\n    found by " << c.firstBy << ", "
                 << plural(c.runs, "run fails so", "runs fail so");
    if (const auto at = m.runs.find(c.what); at != m.runs.end()) {
      terminal.out << "; " << plural(at->second.deviations, "deviation", "deviations") << " in " << at->second.path;
    }
    terminal.out << '\n';
  }
  for (const sim::Covered& c : s.covered) {
    terminal.out << "  covered    " << sim::wrapped(sentenceOf(m, c), terminal.width, 13) << '\n';
  }
  for (const CampaignStory::Mark& mark : s.marks) {
    terminal.out << "  sometimes  " << mark.text << ": "
                 << (mark.tally.runs == 0 ? "unshown" : plural(mark.tally.runs, "run", "runs")) << '\n';
  }
}

Json jsonOf(const Merged& m) {
  const CampaignStory& s = m.story;
  Json out = {{"scenario", s.scenario}, {"result", m.failed() ? "fail" : "pass"},
              {"runs", s.runs},         {"events", s.events},
              {"shards", s.shards},     {"of", s.of},
              {"wall_ns", s.wallNs}};
  out["strategies"] = Json::array();
  for (const sim::StrategyTally& t : s.strategies) {
    out["strategies"].push_back({{"name", t.name}, {"runs", t.runs}, {"failing", t.failures}});
  }
  out["covered"] = Json::array();
  for (const sim::Covered& c : s.covered) out["covered"].push_back(sentenceOf(m, c));
  out["sometimes"] = Json::array();
  for (const CampaignStory::Mark& mark : s.marks) {
    out["sometimes"].push_back({{"text", mark.text}, {"runs", mark.tally.runs}});
  }
  out["failures"] = Json::array();
  for (const CampaignStory::Cause& c : s.causes) {
    Json failure = {{"check", c.what.check},
                    {"entity", c.what.entity},
                    {"cause", c.what.cause},
                    {"runs", c.runs},
                    {"first_by", c.firstBy}};
    if (const auto at = m.runs.find(c.what); at != m.runs.end()) {
      failure["run_file"] = at->second.path;
      failure["deviations"] = at->second.deviations;
    }
    out["failures"].push_back(std::move(failure));
  }
  out["corpus"] = s.corpus.size();
  return out;
}

// False: something could not be written, and was complained about.
bool write(Merged& m, const std::string& folder, const Terminal& terminal) {
  Campaign to(folder, m.story.seed, {}, terminal);
  bool written = true;
  for (CampaignStory::Cause& c : m.story.causes) {
    const auto at = m.runs.find(c.what);
    c.runFile.clear();
    if (at != m.runs.end()) written = to.keep(m.story.scenario, at->second.path, &c) && written;
  }
  return to.save(m.story) && written;
}

}  // namespace

ExitCode mergeCommand(const MergeArguments& arguments, const Terminal& terminal) {
  Merge merge(terminal);
  for (const std::string& folder : arguments.folders) merge.add(folder);
  bool failed = false;
  bool written = true;
  uint64_t runs = 0;
  Json stories = Json::array();
  for (auto& [path, merged] : merge.stories()) {
    failed = failed || merged.failed();
    runs += merged.story.runs;
    if (!arguments.output.empty()) written = write(merged, arguments.output, terminal) && written;
    if (arguments.json) {
      stories.push_back(jsonOf(merged));
    } else {
      print(merged, terminal);
    }
  }
  if (arguments.json) {
    printJson(terminal, Json{{"stories", std::move(stories)},
                             {"summary", {{"stories", merge.stories().size()}, {"runs", runs}}}});
  } else {
    terminal.out << plural(merge.stories().size(), "story", "stories") << ", " << plural(runs, "run", "runs") << " in "
                 << plural(arguments.folders.size(), "folder", "folders") << '\n';
  }
  if (failed) return kClaimFailed;
  return merge.bad() || !written ? kBadInput : kNothingFailed;
}

}  // namespace orrery::cli
