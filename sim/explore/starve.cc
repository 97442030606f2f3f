#include <bit>
#include <set>

#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

class Starve final : public Decider {
 public:
  Starve(uint64_t seed, const PlainRun& plain) : dice_(seed) {
    const size_t n = plain.questions.size();
    if (n == 0) return;
    const size_t victim = static_cast<size_t>(dice_.below(1, n));
    const bool wholeClass = dice_.rarely(2, 1);
    for (size_t i = 0; i < n; ++i) {
      const bool is = wholeClass ? plain.classOf[i] == plain.classOf[victim]
                                 : plain.questions[i].entity == plain.questions[victim].entity;
      if (is) victims_.insert(plain.questions[i].entity);
    }
    // Long stretches and short ones are as likely; it begins anywhere.
    const uint64_t length = uint64_t{1} << dice_.below(3, std::bit_width(n) + 1);
    from_ = dice_.below(4, n);
    until_ = from_ + length;
  }

  uint32_t decide(const Question& q) override {
    const uint64_t at = asked_++;
    if (at < from_ || at >= until_ || !victims_.contains(q.entity)) return 0;
    return q.n - 1;
  }

 private:
  Dice dice_;
  std::set<EntityId> victims_;
  uint64_t from_ = 0;
  uint64_t until_ = 0;
  uint64_t asked_ = 0;
};

}  // namespace

std::unique_ptr<Decider> newStarveDecider(uint64_t seed, const PlainRun& plain) {
  return std::make_unique<Starve>(seed, plain);
}

}  // namespace orrery::sim
