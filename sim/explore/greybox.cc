#include "sim/explore/greybox.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "sim/explore/corpus.h"
#include "sim/explore/mutate.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

constexpr size_t kNone = SIZE_MAX;

class Greybox final : public GreyboxSource {
 public:
  Greybox(uint64_t seed, std::vector<ChoiceLog> logs) : dice_(hashCombine(seed, hashString("greybox"))) {
    given_.emplace_back();  // the plain run, of which the features are not known yet
    for (ChoiceLog& log : logs) given_.push_back(std::move(log));
  }

  std::string_view name() const override { return "greybox"; }

  std::optional<RunRequest> propose() override {
    RunRequest request;
    request.coverage = true;
    request.listQuestions = true;
    size_t parent = kNone;
    if (!given_.empty()) {
      request.strategy = given_.front().strategy();
      given_.pop_front();
    } else if (corpus_.empty()) {
      return std::nullopt;
    } else {
      const uint64_t index = count_++;
      parent = corpus_.choose(dice_, index * 2);
      ++corpus_.entry(parent).children;
      request.strategy = mutate(corpus_, parent, dice_.bits(index * 2 + 1));
    }
    parents_.push_back(parent);
    return request;
  }

  void learn(const RunResult& result) override {
    const size_t parent = parents_.front();
    parents_.pop_front();
    ++learnt_;
    const bool isNew = corpus_.add(result);
    if (parent == kNone) return;
    uint64_t& barren = corpus_.entry(parent).barren;
    barren = isNew ? 0 : barren + 1;
  }
  bool skip(uint64_t runs) override {
    count_ = runs;
    return true;
  }
  std::optional<Covered> covered() const override {
    Covered out;
    out.domain = " that reached something no run of greybox search had reached";
    out.runs = corpus_.size();
    out.of = learnt_;
    out.remark = plural(corpus_.features(), "feature", "features");
    return out;
  }
  std::vector<ChoiceLog> logs() const override { return corpus_.logs(); }

 private:
  Dice dice_;
  Corpus corpus_;
  std::deque<ChoiceLog> given_;
  std::deque<size_t> parents_;  // of runs under way
  uint64_t count_ = 0;
  uint64_t learnt_ = 0;
};

}  // namespace

std::unique_ptr<GreyboxSource> newGreyboxSource(uint64_t seed, std::vector<ChoiceLog> logs) {
  return std::make_unique<Greybox>(seed, std::move(logs));
}

}  // namespace orrery::sim
