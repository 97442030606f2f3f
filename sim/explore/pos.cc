#include <map>

#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

class Pos final : public Decider {
 public:
  explicit Pos(uint64_t seed) : dice_(seed) {}

  uint32_t decide(const Question& q) override {
    if (!aboutOrder(kindOf(q))) return dice_.seldom(q);
    if (q.rivals == nullptr) return static_cast<uint32_t>(dice_.below(q.key, q.n));
    ++draws_[q.entity];  // it stands before a new event
    const uint64_t own = priority(q.entity);
    size_t behind = 0;
    for (size_t i = 0; i < q.rivals->count(); ++i) {
      if (priority(q.rivals->id(i)) > own) behind = i + 1;
    }
    if (behind == 0) {
      for (size_t i = 0; i < q.rivals->count(); ++i) {
        if (q.rivals->sameObject(i)) ++draws_[q.rivals->id(i)];
      }
    }
    return static_cast<uint32_t>(std::min<size_t>(behind, q.n - 1));
  }

 private:
  uint64_t priority(EntityId entity) const {
    const auto at = draws_.find(entity);
    return dice_.bits(hashCombine(entity, at == draws_.end() ? 0 : at->second));
  }

  Dice dice_;
  std::map<EntityId, uint64_t> draws_;  // how often it drew
};

}  // namespace

std::unique_ptr<Decider> newPosDecider(uint64_t seed) { return std::make_unique<Pos>(seed); }

}  // namespace orrery::sim
