#include "sim/explore/systematic.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/report/text.h"

namespace orrery::sim {

namespace {

constexpr size_t kMostOpen = 1u << 21;  // second deviations that wait for their turn

RunRequest replayOf(Deviations deviations, bool listed) {
  RunRequest request;
  request.strategy = Strategy::replay(std::move(deviations));
  request.listQuestions = listed;
  return request;
}

class Alike final : public Source {
 public:
  explicit Alike(const PlainRun& plain) : plain_(plain) {
    // By class, site and which of an entity's questions it is; first appearance decides the order.
    std::map<std::tuple<uint32_t, Site, uint64_t>, size_t> groups;
    const auto add = [&](size_t question, uint64_t occurrence) {
      const Chooser::Asked& q = plain.questions[question];
      const auto [at, isNew] = groups.try_emplace({plain.classOf[question], q.site, occurrence}, groups_.size());
      if (isNew) groups_.emplace_back();
      groups_[at->second].push_back(question);
    };
    for (size_t i = 0; i < plain.questions.size(); ++i) add(i, kEvery);
    for (size_t i = 0; i < plain.questions.size(); ++i) add(i, plain.questions[i].occurrence);
    std::erase_if(groups_, [](const auto& g) { return g.size() < 2; });  // what single deviations do
    for (size_t g = 0; g < groups_.size() && plans_.size() < kMostPlans; ++g) {
      // The extreme first: behind all others, as late as can be.
      for (uint32_t v = widest(groups_[g]) - 1; v >= 1; --v) plans_.emplace_back(g, v);
    }
  }

  std::string_view name() const override { return "alike"; }
  std::optional<RunRequest> propose() override {
    if (next_ == plans_.size()) return std::nullopt;
    const auto [group, value] = plans_[next_++];
    Deviations deviations;
    for (const size_t i : groups_[group]) {
      const Chooser::Asked& q = plain_.questions[i];
      deviations.set({q.key, std::min(value, q.n - 1), ""});
    }
    return replayOf(std::move(deviations), false);
  }
  void learn(const RunResult&) override { ++done_; }
  std::string covered() const override {
    if (plans_.empty()) return "";
    const std::string domain =
        " in which all entities of one class deviate alike at one site, at one or all of their questions: ";
    if (done_ == plans_.size() && !plain_.truncated) return "every run" + domain + grouped(done_) + " runs, complete";
    return "runs" + domain + grouped(done_) + " of " + grouped(plans_.size());
  }

 private:
  static constexpr uint64_t kEvery = UINT64_MAX;
  uint32_t widest(const std::vector<size_t>& group) const {
    uint32_t n = 0;
    for (const size_t i : group) n = std::max(n, plain_.questions[i].n);
    return n;
  }
  const PlainRun& plain_;
  std::vector<std::vector<size_t>> groups_;  // positions in questions
  std::vector<std::pair<size_t, uint32_t>> plans_;
  size_t next_ = 0;
  uint64_t done_ = 0;
};

// A question that can still be answered otherwise.
struct Open {
  uint64_t key;
  uint32_t n;
};
struct Branch {
  Deviation first;
  std::vector<Open> rest;
};

class Single final : public Source {
 public:
  explicit Single(const PlainRun& plain) : plain_(plain), through_(!plain.truncated) {
    for (const Chooser::Asked& q : plain.questions) {
      for (uint32_t v = 1; v < q.n; ++v) {
        if (plans_.size() == kMostPlans) {
          through_ = false;
          return;
        }
        plans_.push_back({q.key, v, ""});
      }
    }
  }

  std::string_view name() const override { return "single"; }
  std::optional<RunRequest> propose() override {
    if (next_ == plans_.size()) return std::nullopt;
    Deviations deviations;
    deviations.set(plans_[next_++]);
    return replayOf(std::move(deviations), open_ < kMostOpen);
  }
  void learn(const RunResult& result) override {
    const Deviation& first = plans_[branches_.size()];
    Branch& branch = branches_.emplace_back(first, std::vector<Open>{});
    const auto& asked = result.questions;
    auto at = std::find_if(asked.begin(), asked.end(), [&](const auto& q) { return q.key == first.key; });
    if (at == asked.end()) {
      if (!asked.empty() || open_ >= kMostOpen) wholeTree_ = false;
      return;
    }
    for (++at; at != asked.end(); ++at) {
      branch.rest.push_back({at->key, at->n});
      ++open_;
    }
    if (asked.size() >= Chooser::kMaxTaken) wholeTree_ = false;
  }
  std::string covered() const override {
    const std::string domain = " with at most 1 deviation among " + plain_.kinds() + " over the plain run: ";
    if (complete()) return "every run" + domain + grouped(branches_.size() + 1) + " runs, complete";
    return "runs" + domain + grouped(branches_.size() + 1) + " of " + grouped(plans_.size() + 1);
  }

  bool through() const { return branches_.size() == plans_.size(); }
  bool complete() const { return through() && through_; }
  // The runs of all branches are known with all that they asked.
  bool wholeTree() const { return complete() && wholeTree_; }
  const std::vector<Branch>& branches() const { return branches_; }
  const PlainRun& plain() const { return plain_; }

 private:
  const PlainRun& plain_;
  std::vector<Deviation> plans_;
  std::vector<Branch> branches_;
  size_t next_ = 0;
  uint64_t open_ = 0;
  bool through_;
  bool wholeTree_ = true;
};

class Pair final : public Source {
 public:
  explicit Pair(const Single& single) : single_(single) {}

  std::string_view name() const override { return "pair"; }
  std::optional<RunRequest> propose() override {
    if (!single_.through()) return std::nullopt;
    for (; branch_ < single_.branches().size(); ++branch_, open_ = 0, value_ = 1) {
      const Branch& branch = single_.branches()[branch_];
      for (; open_ < branch.rest.size(); ++open_, value_ = 1) {
        if (value_ >= branch.rest[open_].n) continue;
        Deviations deviations;
        deviations.set(branch.first);
        deviations.set({branch.rest[open_].key, value_++, ""});
        ++proposed_;
        return replayOf(std::move(deviations), false);
      }
    }
    ended_ = true;
    return std::nullopt;
  }
  void learn(const RunResult&) override { ++done_; }
  std::string covered() const override {
    if (proposed_ == 0) return "";
    const std::string domain = " with 2 deviations among " + single_.plain().kinds() +
                               ", the second in the run that the first produced: " + grouped(done_) + " runs";
    const bool complete = ended_ && done_ == proposed_ && single_.wholeTree();
    return complete ? "every run" + domain + ", complete" : "runs" + domain + ", not all of them";
  }

 private:
  const Single& single_;
  size_t branch_ = 0;
  size_t open_ = 0;
  uint32_t value_ = 1;
  uint64_t proposed_ = 0;
  uint64_t done_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Source> newAlikeSource(const PlainRun& plain) { return std::make_unique<Alike>(plain); }

SingleAndPair newSingleAndPair(const PlainRun& plain) {
  auto single = std::make_unique<Single>(plain);
  auto pair = std::make_unique<Pair>(*single);
  return {std::move(single), std::move(pair)};
}

}  // namespace orrery::sim
