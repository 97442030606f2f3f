#include "cli/campaign_story.h"

#include <algorithm>

namespace orrery::cli {

namespace {

template <class T, class Same>
T& findOrAdd(std::vector<T>& list, const T& item, const Same& same) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const T& have) { return same(have, item); });
  if (at != list.end()) return *at;
  return list.emplace_back(T{});
}

void add(std::vector<sim::StrategyTally>& to, const std::vector<sim::StrategyTally>& from) {
  for (const sim::StrategyTally& t : from) {
    sim::StrategyTally& sum = findOrAdd(to, t, [](const auto& a, const auto& b) { return a.name == b.name; });
    sum.name = t.name;
    sum.runs += t.runs;
    sum.newEnds += t.newEnds;
    sum.failures += t.failures;
    sum.causes += t.causes;
  }
}

void add(std::vector<CampaignStory::Mark>& to, const std::vector<CampaignStory::Mark>& from, uint64_t runsBefore) {
  for (const CampaignStory::Mark& m : from) {
    CampaignStory::Mark& sum = findOrAdd(to, m, [](const auto& a, const auto& b) { return a.text == b.text; });
    sum.text = m.text;
    if (sum.tally.runs == 0 && m.tally.runs != 0) {
      sum.tally.firstRun = runsBefore + m.tally.firstRun;
      sum.tally.firstBy = m.tally.firstBy;
    }
    sum.tally.runs += m.tally.runs;
  }
}

void add(std::vector<CampaignStory::Cause>& to, const std::vector<CampaignStory::Cause>& from) {
  for (const CampaignStory::Cause& c : from) {
    const bool known = std::any_of(to.begin(), to.end(), [&](const auto& have) { return have.what == c.what; });
    CampaignStory::Cause& sum = findOrAdd(to, c, [](const auto& a, const auto& b) { return a.what == b.what; });
    const uint64_t runs = sum.runs + c.runs;
    const std::string firstBy = known ? sum.firstBy : c.firstBy;
    const std::string runFile = c.runFile.empty() ? sum.runFile : c.runFile;
    if (!known || c.deviations.size() < sum.deviations.size()) sum = c;
    sum.runs = runs;
    sum.firstBy = firstBy;
    sum.runFile = runFile;
  }
}

}  // namespace

sim::Strategy CampaignStory::Cause::strategy() const {
  if (plain) return sim::Strategy::plain();
  sim::Deviations map;
  for (const auto& [key, value] : deviations) map.set({key, value, ""});
  return sim::Strategy::replay(std::move(map), runKey);
}

void CampaignStory::add(const CampaignStory& other) {
  const uint64_t runsBefore = runs;
  runs += other.runs;
  events += other.events;
  wallNs += other.wallNs;
  cli::add(strategies, other.strategies);
  cli::add(marks, other.marks, runsBefore);
  cli::add(causes, other.causes);
  for (const sim::ChoiceLog& log : other.corpus) {
    const auto same = [&](const sim::ChoiceLog& have) { return have.hash() == log.hash(); };
    if (corpus.size() < sim::Corpus::kMost && std::none_of(corpus.begin(), corpus.end(), same)) corpus.push_back(log);
  }
  const bool others = !shards.empty() && shards != other.shards;
  for (const size_t s : other.shards) {
    if (std::find(shards.begin(), shards.end(), s) == shards.end()) shards.push_back(s);
  }
  std::sort(shards.begin(), shards.end());
  if (!others) {
    // The same part again: what was gone through then, it has gone through.
    if (!other.covered.empty()) covered = other.covered;
    return;
  }
  const auto same = [](const sim::Covered& a, const sim::Covered& b) {
    return a.what == b.what && a.domain == b.domain;
  };
  for (sim::Covered& c : covered) {
    c.complete = c.complete && std::any_of(other.covered.begin(), other.covered.end(),
                                           [&](const sim::Covered& theirs) { return same(c, theirs); });
  }
  for (const sim::Covered& c : other.covered) {
    const bool known = std::any_of(covered.begin(), covered.end(), [&](const auto& have) { return same(have, c); });
    sim::Covered& sum = findOrAdd(covered, c, same);
    if (!known) {
      sum = c;
      sum.complete = false;  // it was not gone through by those before
      continue;
    }
    sum.runs += c.runs;
    sum.of = sum.of == 0 || c.of == 0 ? 0 : sum.of + c.of;
    sum.complete = sum.complete && c.complete;
    if (sum.remark != c.remark) sum.remark.clear();
  }
}

}  // namespace orrery::cli
