#include "sim/explore/completion.h"

#include <algorithm>
#include <map>

#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

class Completion final : public Decider {
 public:
  Completion(const ChoiceLog& log, const std::vector<size_t>& pivots, bool keep, uint64_t seed) : dice_(seed) {
    for (size_t i = 0; i < log.items.size(); ++i) {
      const bool pivot = std::find(pivots.begin(), pivots.end(), i) != pivots.end();
      answers_[log.items[i].key] = {pivot && !keep ? 0 : log.items[i].value, pivot};
    }
  }

  uint32_t decide(const Question& q) override {
    if (const auto at = answers_.find(q.key); at != answers_.end()) {
      free_ = free_ || at->second.pivot;
      return static_cast<uint32_t>(std::min<uint64_t>(at->second.value, q.n - 1));
    }
    return free_ ? dice_.seldom(q) : 0;
  }

 private:
  struct Answer {
    uint64_t value;
    bool pivot;
  };
  Dice dice_;
  std::map<uint64_t, Answer> answers_;
  bool free_ = false;
};

}  // namespace

std::unique_ptr<Decider> newCompletion(const ChoiceLog& log, std::vector<size_t> pivots, bool keep, uint64_t seed) {
  return std::make_unique<Completion>(log, pivots, keep, seed);
}

}  // namespace orrery::sim
