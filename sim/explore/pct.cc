#include <map>
#include <vector>

#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

constexpr uint64_t kDemoted = uint64_t{1} << 60;  // priorities below it are those of the demoted
constexpr unsigned kVeryLow = 4;                  // one in 2^4 of the others is slow by itself

class Pct final : public Decider {
 public:
  Pct(uint64_t seed, const PctOptions& options) : dice_(seed) {
    for (uint32_t i = 1; i < options.depth; ++i) changes_.push_back(dice_.below(i, options.length));
    std::sort(changes_.begin(), changes_.end());
  }

  uint32_t decide(const Question& q) override {
    bool changed = false;
    for (; next_ < changes_.size() && changes_[next_] == asked_; ++next_) {
      demoted_[q.entity] = kDemoted - 1 - next_;
      changed = true;
    }
    ++asked_;
    switch (kindOf(q)) {
      case SiteKind::kSchedule:
      case SiteKind::kTie: return overtakers(q);
      case SiteKind::kLateness:
      case SiteKind::kDelay: return slow(q.entity) ? dice_.other(q) : 0;
      default: return changed ? dice_.other(q) : 0;
    }
  }

 private:
  uint64_t priority(EntityId entity) const {
    const auto at = demoted_.find(entity);
    return at != demoted_.end() ? at->second : dice_.bits(entity) | kDemoted;
  }
  bool slow(EntityId entity) const { return demoted_.contains(entity) || dice_.rarely(~entity, kVeryLow); }

  // Behind the last one of a higher priority.
  uint32_t overtakers(const Question& q) const {
    const uint64_t own = priority(q.entity);
    uint64_t behind = 0;
    if (q.rivals != nullptr) {
      for (size_t i = 0; i < q.rivals->count(); ++i) {
        if (priority(q.rivals->id(i)) > own) behind = i + 1;
      }
    } else {
      // Nobody says who they are: as many as a draw for each would set above it.
      for (uint32_t i = 1; i < q.n; ++i) {
        if ((dice_.bits(q.key + i) | kDemoted) > own) ++behind;
      }
    }
    return static_cast<uint32_t>(std::min<uint64_t>(behind, q.n - 1));
  }

  Dice dice_;
  std::vector<uint64_t> changes_;  // sorted
  size_t next_ = 0;
  uint64_t asked_ = 0;
  std::map<EntityId, uint64_t> demoted_;
};

}  // namespace

std::unique_ptr<Decider> newPctDecider(uint64_t seed, const PctOptions& options) {
  return std::make_unique<Pct>(seed, options);
}

}  // namespace orrery::sim
