#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "sim/explore/corpus.h"
#include "sim/explore/search.h"

namespace orrery::cli {

// What searches of one story have come to so far, as it is kept in a file between them and merged over shards. A plain value.
struct CampaignStory {
  // A `sometimes` of the story.
  struct Mark {
    std::string text;
    sim::MarkTally tally;
  };
  struct Cause {
    sim::FailureClass what;
    uint64_t runs = 0;
    std::string firstBy;
    // The log with the fewest deviations; by key.
    std::vector<std::pair<uint64_t, uint64_t>> deviations;
    uint64_t runKey = 0;
    bool plain = false;
    std::string runFile;  // made small, beside the campaign's file; empty: not yet

    sim::Strategy strategy() const;
  };

  std::string scenario;
  std::string content;  // hash of scenario and bootstrap: of what the counts are
  std::string build;
  uint64_t seed = 0;
  size_t of = 1;               // into how many parts the search is dealt out
  std::vector<size_t> shards;  // of which results are in it, from 0; more than one after a merge
  uint64_t runs = 0;
  uint64_t events = 0;
  int64_t wallNs = 0;
  std::vector<sim::StrategyTally> strategies;
  std::vector<sim::Covered> covered;
  std::vector<Mark> marks;
  std::vector<Cause> causes;
  std::vector<sim::ChoiceLog> corpus;

  // Adds what one search, or another shard, came to. Domains that all shards went through are complete.
  void add(const CampaignStory& other);
};

std::string writeCampaignStory(const CampaignStory& story);
// The error says what is wrong with it. Bounds: those of the strategies' own.
Result<CampaignStory> readCampaignStory(std::string_view text);

}  // namespace orrery::cli
