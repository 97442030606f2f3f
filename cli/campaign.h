#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/campaign_story.h"
#include "cli/kept_runs.h"
#include "cli/story.h"
#include "cli/terminal.h"

namespace orrery::cli {

// The folder of `explore --keep`: failing runs (KeptRuns), and beside them a file for each story with what its searches came to,
// so that a search that is killed at any moment goes on where it was, with the runs that were worth stepping off. A file of
// another build or of another text of the story gives its failures and its corpus, as far as they fit, and no counts; that is
// said. One that cannot be read is complained about and left alone.
//
// Lifetime: the terminal outlives it. Threading: one thread. Shards may share a folder.
class Campaign {
 public:
  // Empty `folder`: nothing is kept.
  Campaign(std::string folder, uint64_t seed, sim::Shard shard, const Terminal& terminal)
      : folder_(std::move(folder)), seed_(seed), shard_(shard), terminal_(terminal), runs_(folder_, terminal) {}

  // What there is of a story, and an empty beginning where there is nothing.
  CampaignStory begin(const Story& story) const;
  // Failing runs of earlier searches: files first, then those that nobody made small.
  std::vector<sim::Strategy> failing(const CampaignStory& soFar) const;
  // False: it could not be written, and was complained about.
  bool save(const CampaignStory& story) const;
  // Puts a small run there and names it in `cause`. False: as above.
  bool keep(const std::string& scenario, const std::string& runFile, CampaignStory::Cause* cause);
  bool on() const { return !folder_.empty(); }

 private:
  std::string pathOf(const std::string& scenario) const;

  std::string folder_;
  uint64_t seed_;
  sim::Shard shard_;
  const Terminal& terminal_;
  KeptRuns runs_;
};

// All *.campaign.json of a folder, in the order of their names; what cannot be read is complained about and skipped.
std::vector<CampaignStory> campaignStories(const std::string& folder, const Terminal& terminal);

}  // namespace orrery::cli
