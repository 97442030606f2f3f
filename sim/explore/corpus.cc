#include "sim/explore/corpus.h"

#include <algorithm>
#include <utility>

namespace orrery::sim {

namespace {
constexpr uint64_t kScale = 1024;
constexpr uint64_t kEnergy = 20;        // children that a new run has before it is one among others
constexpr uint64_t kBarrenBatches = 3;  // of as many, after which it is left alone for the most part
}  // namespace

bool Corpus::add(const RunResult& result) {
  std::vector<uint64_t> fresh;
  for (const uint64_t feature : result.features) {
    const auto at = hits_.find(feature);
    if (at != hits_.end()) {
      ++at->second;
    } else if (hits_.size() < kMostFeatures) {
      hits_.emplace(feature, 1);
      fresh.push_back(feature);
    }
  }
  if (fresh.empty() || entries_.size() == kMost) return false;
  Entry& entry = entries_.emplace_back();
  entry.log = ChoiceLog::of(result);
  entry.questions.assign(
      result.questions.begin(),
      result.questions.begin() + static_cast<ptrdiff_t>(std::min(result.questions.size(), kMostQuestions)));
  entry.newFeatures = std::move(fresh);
  return true;
}

// The rarest of what it was the first to reach counts.
uint64_t Corpus::weight(const Entry& entry) const {
  uint32_t rarest = UINT32_MAX;
  for (const uint64_t f : entry.newFeatures) rarest = std::min(rarest, hits_.find(f)->second);
  const uint64_t worth = 1 + kScale / rarest;
  if (entry.children < kEnergy) return worth * 16;
  return entry.barren >= kEnergy * kBarrenBatches ? 1 + worth / 64 : worth;
}

size_t Corpus::choose(const Dice& dice, uint64_t index) const {
  uint64_t all = 0;
  std::vector<uint64_t> upTo;
  upTo.reserve(entries_.size());
  for (const Entry& e : entries_) upTo.push_back(all += weight(e));
  const uint64_t ticket = dice.below(index, all);
  return static_cast<size_t>(std::upper_bound(upTo.begin(), upTo.end(), ticket) - upTo.begin());
}

std::vector<ChoiceLog> Corpus::logs() const {
  std::vector<ChoiceLog> out;
  for (const Entry& e : entries_) out.push_back(e.log);
  return out;
}

}  // namespace orrery::sim
