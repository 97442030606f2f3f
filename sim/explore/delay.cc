#include <vector>

#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

class Delay final : public Decider {
 public:
  Delay(uint64_t seed, const DelayOptions& options) : dice_(seed) {
    for (uint32_t i = 0; i < options.delays; ++i) at_.push_back(dice_.below(i, options.length));
    std::sort(at_.begin(), at_.end());
  }

  uint32_t decide(const Question& q) override {
    const bool now = std::binary_search(at_.begin(), at_.end(), asked_++);
    return now ? dice_.other(q) : 0;
  }

 private:
  Dice dice_;
  std::vector<uint64_t> at_;  // which questions, sorted
  uint64_t asked_ = 0;
};

}  // namespace

std::unique_ptr<Decider> newDelayDecider(uint64_t seed, const DelayOptions& options) {
  return std::make_unique<Delay>(seed, options);
}

}  // namespace orrery::sim
