#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

constexpr unsigned kLeastShift = 2;  // rates are 1/4, 1/8, ... 1/128
constexpr unsigned kShifts = 6;

class Walk final : public Decider {
 public:
  explicit Walk(uint64_t seed) : dice_(seed), shift_(kLeastShift + static_cast<unsigned>(dice_.below(1, kShifts))) {}

  uint32_t decide(const Question& q) override {
    if (aboutOrder(kindOf(q))) return static_cast<uint32_t>(dice_.below(q.key, q.n));
    return dice_.rarely(q.key, shift_) ? dice_.other(q) : 0;
  }

 private:
  Dice dice_;
  unsigned shift_;
};

}  // namespace

std::unique_ptr<Decider> newWalkDecider(uint64_t seed) { return std::make_unique<Walk>(seed); }

}  // namespace orrery::sim
