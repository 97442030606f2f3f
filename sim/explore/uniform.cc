#include <map>
#include <vector>

#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

class Uniform final : public Decider {
 public:
  Uniform(uint64_t seed, const PlainRun& plain) : dice_(seed) {
    for (const Chooser::Asked& q : plain.questions) ++left_[q.entity];
  }

  uint32_t decide(const Question& q) override {
    uint64_t& own = left_[q.entity];
    if (own > 1) --own;
    if (!aboutOrder(kindOf(q))) return dice_.seldom(q);
    if (q.rivals == nullptr) return static_cast<uint32_t>(dice_.below(q.key, q.n));
    uint64_t all = left(q.entity);
    for (size_t i = 0; i < q.rivals->count(); ++i) all += left(q.rivals->id(i));
    uint64_t ticket = dice_.below(q.key, all);
    if (ticket < left(q.entity)) return 0;
    ticket -= left(q.entity);
    size_t winner = 0;
    for (; winner + 1 < q.rivals->count() && ticket >= left(q.rivals->id(winner)); ++winner) {
      ticket -= left(q.rivals->id(winner));
    }
    return static_cast<uint32_t>(std::min<size_t>(winner + 1, q.n - 1));
  }

 private:
  // How many questions it will ask, as far as the plain run tells; at least one.
  uint64_t left(EntityId entity) const {
    const auto at = left_.find(entity);
    return at == left_.end() || at->second == 0 ? 1 : at->second;
  }

  Dice dice_;
  std::map<EntityId, uint64_t> left_;
};

}  // namespace

std::unique_ptr<Decider> newUniformDecider(uint64_t seed, const PlainRun& plain) {
  return std::make_unique<Uniform>(seed, plain);
}

}  // namespace orrery::sim
