#include "sim/explore/chance.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/explore/deciders.h"
#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

// How deep a bug is; most are shallow.
constexpr uint32_t kDepths[] = {1, 2, 2, 2, 2, 3, 3, 3, 3, 5};

using MakeDecider = std::unique_ptr<Decider> (*)(uint64_t seed, const PlainRun& plain, uint64_t length);

struct Row {
  std::string_view name;
  MakeDecider make;  // null: swarm
};

constexpr Row kRows[] = {
    {"swarm", nullptr},
    {"pct",
     [](uint64_t seed, const PlainRun&, uint64_t length) {
       return newPctDecider(seed, {kDepths[Dice(seed).below(11, std::size(kDepths))], length});
     }},
    {"delay",
     [](uint64_t seed, const PlainRun&, uint64_t length) {
       return newDelayDecider(seed, {2 + static_cast<uint32_t>(Dice(seed).below(11, 3)), length});
     }},
    {"pos", [](uint64_t seed, const PlainRun&, uint64_t) { return newPosDecider(seed); }},
    {"starve", [](uint64_t seed, const PlainRun& plain, uint64_t) { return newStarveDecider(seed, plain); }},
    {"uniform", [](uint64_t seed, const PlainRun& plain, uint64_t) { return newUniformDecider(seed, plain); }},
    {"walk", [](uint64_t seed, const PlainRun&, uint64_t) { return newWalkDecider(seed); }},
};

class Chance final : public Source {
 public:
  Chance(const Row& row, uint64_t seed, const PlainRun& plain)
      : row_(row), plain_(plain), seeds_(hashCombine(seed, hashString(row.name))), length_(plain.questions.size()) {}

  std::string_view name() const override { return row_.name; }
  std::optional<RunRequest> propose() override {
    RunRequest request;
    const uint64_t index = count_++;
    // A seed of 32 bits is enough, and can be typed: `orrery run STORY --seed N` makes the runs of swarm too.
    const uint64_t seed = 1 + (prf(seeds_, index) >> 32);
    if (row_.make == nullptr) {
      request.strategy = Strategy::random(seed);
      return request;
    }
    const uint64_t runKey = index % 2 == 0 ? Strategy::kPlainRunKey : Strategy::runKeyOf(seed);
    request.strategy = Strategy::decided(row_.make(seed, plain_, std::max<uint64_t>(length_, 1)), runKey);
    return request;
  }
  bool skip(uint64_t runs) override {
    count_ = runs;
    return true;
  }
  // Runs that deviate may ask more than the plain one did; change points must reach there.
  void learn(const RunResult& result) override {
    if (row_.make != nullptr) length_ = std::max<uint64_t>(length_ - length_ / 8, result.choices);
  }

 private:
  const Row& row_;
  const PlainRun& plain_;
  uint64_t seeds_;
  uint64_t length_;
  uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<Source> newChanceSource(std::string_view name, uint64_t seed, const PlainRun& plain) {
  for (const Row& row : kRows) {
    if (row.name == name) return std::make_unique<Chance>(row, seed, plain);
  }
  return nullptr;
}

const std::vector<std::string_view>& chanceSources() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> v;
    for (const Row& row : kRows) v.push_back(row.name);
    return v;
  }();
  return names;
}

}  // namespace orrery::sim
