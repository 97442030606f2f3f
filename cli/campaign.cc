#include "cli/campaign.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/build_info.h"
#include "cli/discover.h"
#include "cli/files.h"
#include "replay/format/run_file.h"

namespace orrery::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kEnding = ".campaign.json";

std::string normal(const std::string& path) { return fs::path(path).lexically_normal().string(); }

std::string contentOf(const Story& story) {
  return replay::contentHash(story.compiled->text() + '\0' + story.compiled->bootstrapText());
}

std::string buildName() { return std::string(buildInfo().revision) + " " + std::string(buildInfo().preset); }

std::optional<CampaignStory> load(const std::string& path, const Terminal& terminal) {
  const auto text = readWholeFile(path);
  if (!text) return std::nullopt;
  auto story = readCampaignStory(*text);
  if (story) return std::move(*story);
  terminal.complain("warning: " + path + ": " + story.error().message + ": skipped");
  return std::nullopt;
}

}  // namespace

std::string Campaign::pathOf(const std::string& scenario) const {
  const std::string name = fs::path(withoutExtension(scenario)).filename().string();
  const std::string which = replay::contentHash(normal(scenario)).substr(0, 8);
  const std::string part =
      shard_.of == 1 ? "" : "." + std::to_string(shard_.index + 1) + "-of-" + std::to_string(shard_.of);
  return (fs::path(folder_) / (name + "." + which + part + std::string(kEnding))).string();
}

CampaignStory Campaign::begin(const Story& story) const {
  CampaignStory fresh;
  fresh.scenario = normal(story.path);
  fresh.content = contentOf(story);
  fresh.build = buildName();
  fresh.seed = seed_;
  fresh.of = shard_.of;
  fresh.shards = {shard_.index};
  if (!on()) return fresh;
  std::optional<CampaignStory> before = load(pathOf(story.path), terminal_);
  if (!before) return fresh;
  const bool same = before->content == fresh.content && before->build == fresh.build && before->seed == seed_ &&
                    before->of == shard_.of && before->shards == fresh.shards;
  if (same) return std::move(*before);
  const char* of = before->content != fresh.content ? "another text of the story"
                   : before->build != fresh.build   ? "another build"
                                                    : "another seed or other shards";
  terminal_.complain("note: " + pathOf(story.path) + " is of " + of +
                     ": its failures and its corpus are used as far as they fit, its counts begin anew");
  fresh.causes = std::move(before->causes);
  for (CampaignStory::Cause& c : fresh.causes) c.runs = 0;
  fresh.corpus = std::move(before->corpus);
  return fresh;
}

std::vector<sim::Strategy> Campaign::failing(const CampaignStory& soFar) const {
  std::vector<sim::Strategy> out = runs_.of(soFar.scenario);
  for (const CampaignStory::Cause& c : soFar.causes) {
    if (c.runFile.empty() && !c.plain) out.push_back(c.strategy());
  }
  return out;
}

bool Campaign::save(const CampaignStory& story) const {
  return !on() || writeOrComplain(pathOf(story.scenario), writeCampaignStory(story), terminal_);
}

bool Campaign::keep(const std::string& scenario, const std::string& runFile, CampaignStory::Cause* cause) {
  if (!on() || runFile.empty()) return true;
  const std::string name = runs_.add(scenario, runFile);
  if (cause != nullptr) cause->runFile = name;
  return !name.empty();
}

std::vector<CampaignStory> campaignStories(const std::string& folder, const Terminal& terminal) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().string().ends_with(kEnding)) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<CampaignStory> out;
  for (const std::string& path : files) {
    if (auto story = load(path, terminal)) out.push_back(std::move(*story));
  }
  return out;
}

}  // namespace orrery::cli
