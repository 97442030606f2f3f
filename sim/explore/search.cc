#include "sim/explore/search.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "sim/explore/chance.h"
#include "sim/explore/exhaust.h"
#include "sim/explore/systematic.h"

namespace orrery::sim {

namespace {
// The first rounds are small: what is easy to find is found before anything else is planned.
constexpr size_t kFirstRound = 32;
}  // namespace

Search::Search(SearchOptions options) : options_(std::move(options)), marks_(options_.marks) {
  addTally("plain");
  if (!options_.kept.empty() && wants("kept")) addTally("kept");
  if (!options_.witnesses.empty() && wants("witness")) addTally("witness");
}

Search::~Search() {
  // `pair` lives by `single`, which stands before it.
  while (!sources_.empty()) sources_.pop_back();
}

const std::vector<std::string_view>& Search::strategyNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> v = {"plain", "kept", "witness", "alike", "single", "pair"};
    for (const std::string_view name : chanceSources()) v.push_back(name);
    v.insert(v.end(), {"greybox", "exhaust"});
    return v;
  }();
  return names;
}

bool Search::wants(std::string_view name) const {
  const auto& s = options_.strategies;
  return s.empty() || std::find(s.begin(), s.end(), name) != s.end();
}

size_t Search::addTally(std::string_view name) {
  tallies_.push_back({std::string(name)});
  return tallies_.size() - 1;
}

std::vector<RunRequest> Search::round(size_t most) {
  ORRERY_ASSERT(round_.empty(), "a round begins when all of the one before is known");
  std::vector<RunRequest> out;
  if (most == 0) return out;
  if (rounds_++ == 0) {
    RunRequest plain;
    plain.record = true;  // for the names of classes
    plain.listQuestions = true;
    plain.order = true;
    out.push_back(std::move(plain));
    round_.push_back({kNoSource, 0});
    return out;
  }
  if (rounds_ == 2) {
    addGiven("kept", options_.kept, most, out);
    addGiven("witness", options_.witnesses, most, out);
    if (!out.empty()) return out;
  }
  const size_t size = std::min(most, kFirstRound << std::min<size_t>(rounds_ - 2, 16));
  const bool chance = systematic_ < sources_.size();
  // Half of each round goes through domains in order, as long as there is anything to go through.
  for (size_t i = 0; i < systematic_; ++i) fill(i, chance ? (size + 1) / 2 : size, out);
  // In turn; one that has to learn first is passed over.
  const size_t others = sources_.size() - systematic_;
  for (size_t barren = 0; barren < others && out.size() < size;) {
    const size_t before = out.size();
    fill(systematic_ + turn_, before + 1, out);
    turn_ = (turn_ + 1) % others;
    barren = out.size() == before ? barren + 1 : 0;
  }
  return out;
}

void Search::addGiven(std::string_view name, const std::vector<Strategy>& runs, size_t most,
                      std::vector<RunRequest>& out) {
  if (runs.empty() || !wants(name)) return;
  const auto at = std::find_if(tallies_.begin(), tallies_.end(), [&](const auto& t) { return t.name == name; });
  const auto tally = static_cast<size_t>(at - tallies_.begin());
  for (size_t i = 0; i < runs.size() && out.size() < most; ++i) {
    RunRequest request;
    request.strategy = runs[i];
    out.push_back(std::move(request));
    round_.push_back({kNoSource, tally});
  }
}

void Search::fill(size_t source, size_t most, std::vector<RunRequest>& out) {
  while (out.size() < most) {
    std::optional<RunRequest> request = sources_[source]->propose();
    if (!request) return;
    out.push_back(std::move(*request));
    round_.push_back({source, tallyOf_[source]});
  }
}

void Search::learn(const RunResult& result) {
  ORRERY_ASSERT(!round_.empty(), "only what the round asked for is told");
  const UnderWay run = round_.front();
  round_.pop_front();
  ++runs_;
  note(result, tallies_[run.tally]);
  if (run.source != kNoSource) {
    sources_[run.source]->learn(result);
  } else if (runs_ == 1) {
    stepOff(result);
  }
}

void Search::note(const RunResult& result, StrategyTally& tally) {
  ++tally.runs;
  events_ += result.events;
  if (ends_.size() < kMostEnds && ends_.insert(result.hash).second) ++tally.newEnds;
  for (size_t i = 0; i < std::min(marks_.size(), result.shown.size()); ++i) {
    if (!result.shown[i]) continue;
    if (marks_[i].runs++ == 0) {
      marks_[i].firstRun = runs_;
      marks_[i].firstBy = tally.name;
    }
  }
  if (result.outcome == RunOutcome::kError) ++errors_;
  const std::optional<FailureClass> what = classOf(result);
  if (!what) return;
  ++tally.failures;
  const auto at = std::find_if(groups_.begin(), groups_.end(), [&](const FailureGroup& g) { return g.what == *what; });
  if (at != groups_.end()) {
    ++at->runs;
    if (result.deviations.size() < at->deviations.size()) {
      at->deviations = result.deviations;
      at->runKey = result.runKey;
      at->hash = result.hash;
    }
    return;
  }
  ++tally.causes;
  if (groups_.size() == kMostGroups) return;
  groups_.push_back({*what, 1, runs_, tally.name, result.deviations.size(), runs_ == 1, result.deviations,
                     result.runKey, result.hash});
}

void Search::stepOff(const RunResult& plain) {
  plain_ = PlainRun(plain);
  const Shard shard = options_.shard;
  if (wants("alike")) add(newAlikeSource(plain_, shard));
  // `pair` needs what `single` learns.
  if (wants("single") || wants("pair")) {
    SingleAndPair both = newSingleAndPair(plain_, shard);
    add(std::move(both.single));
    if (wants("pair")) add(std::move(both.pair));
  }
  if (!options_.strategies.empty() && wants("exhaust")) add(newExhaustSource(shard));
  systematic_ = sources_.size();
  const uint64_t seed = shard.of == 1 ? options_.seed : hashCombine(options_.seed, shard.index);
  for (const std::string_view name : chanceSources()) {
    if (wants(name)) add(newChanceSource(name, seed, plain_));
  }
  if (!wants("greybox")) return;
  auto greybox = newGreyboxSource(seed, std::move(options_.corpus));
  greybox_ = greybox.get();
  add(std::move(greybox));
}

void Search::add(std::unique_ptr<Source> source) {
  tallyOf_.push_back(addTally(source->name()));
  for (const StrategyTally& before : options_.done) {
    if (before.name == source->name()) source->skip(before.runs);
  }
  sources_.push_back(std::move(source));
}

std::vector<Covered> Search::covered() const {
  std::vector<Covered> out;
  for (const auto& source : sources_) {
    if (std::optional<Covered> covered = source->covered()) out.push_back(std::move(*covered));
  }
  return out;
}

}  // namespace orrery::sim
