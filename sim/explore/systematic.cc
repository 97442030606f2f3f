#include "sim/explore/systematic.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>
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
  Alike(const PlainRun& plain, Shard shard) : plain_(plain) {
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
      for (uint32_t v = widest(groups_[g]) - 1; v >= 1; --v) {
        if (shard.has(all_++)) plans_.emplace_back(g, v);
      }
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
  bool skip(uint64_t runs) override {
    next_ = done_ = std::min<uint64_t>(runs, plans_.size());
    return true;
  }
  std::optional<Covered> covered() const override {
    if (all_ == 0) return std::nullopt;
    Covered out;
    out.domain = " in which all entities of one class deviate alike at one site, at one or all of their questions";
    out.runs = done_;
    out.of = plans_.size();
    out.complete = done_ == plans_.size() && !plain_.truncated;
    return out;
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
  size_t all_ = 0;  // plans of all shards
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
  Single(const PlainRun& plain, Shard shard) : plain_(plain), made_{plain.same}, through_(!plain.truncated) {
    size_t all = 0;
    for (const Chooser::Asked& q : plain.questions) {
      for (uint32_t v = 1; v < q.n; ++v) {
        if (plans_.size() == kMostPlans) {
          through_ = false;
          return;
        }
        if (shard.has(all++)) plans_.push_back({q.key, v, ""});
      }
    }
  }

  std::string_view name() const override { return "single"; }
  std::optional<RunRequest> propose() override {
    if (next_ == plans_.size()) return std::nullopt;
    Deviations deviations;
    deviations.set(plans_[next_++]);
    RunRequest request = replayOf(std::move(deviations), open_ < kMostOpen);
    request.order = true;
    return request;
  }
  void learn(const RunResult& result) override {
    const Deviation& first = plans_[branches_.size()];
    Branch& branch = branches_.emplace_back(first, std::vector<Open>{});
    const bool again = !made_.insert(sameRun(result)).second;
    if (again) ++alike_;
    const auto& asked = result.questions;
    auto at = std::find_if(asked.begin(), asked.end(), [&](const auto& q) { return q.key == first.key; });
    if (at == asked.end()) {
      if (!asked.empty() || open_ >= kMostOpen) wholeTree_ = false;
      return;
    }
    for (++at; at != asked.end(); ++at) {
      if (again && !at->loopLate) continue;
      branch.rest.push_back({at->key, at->n});
      ++open_;
    }
    if (asked.size() >= Chooser::kMaxTaken) wholeTree_ = false;
  }
  std::optional<Covered> covered() const override {
    Covered out;
    out.domain = " with at most 1 deviation among " + plain_.kinds() + " over the plain run";
    out.runs = branches_.size() + 1;
    out.of = plans_.size() + 1;
    out.complete = complete();
    return out;
  }

  bool through() const { return branches_.size() == plans_.size(); }
  bool complete() const { return through() && through_; }
  // The runs of all branches are known with all that they asked.
  bool wholeTree() const { return complete() && wholeTree_; }
  const std::vector<Branch>& branches() const { return branches_; }
  // Branches that made a run again: most of their second deviations are another's.
  uint64_t alike() const { return alike_; }
  const PlainRun& plain() const { return plain_; }

 private:
  const PlainRun& plain_;
  std::vector<Deviation> plans_;
  std::vector<Branch> branches_;
  std::unordered_set<uint64_t> made_;  // asked for single ones only
  size_t next_ = 0;
  uint64_t open_ = 0;
  uint64_t alike_ = 0;
  bool through_;
  bool wholeTree_ = true;
};

class Pair final : public Source {
 public:
  explicit Pair(const Single& single) : single_(single) {}

  std::string_view name() const override { return "pair"; }
  std::optional<RunRequest> propose() override {
    if (!single_.through()) return std::nullopt;
    for (; skip_ > 0 && next(); --skip_) ++done_;
    return next();
  }
  void learn(const RunResult&) override { ++done_; }
  bool skip(uint64_t runs) override {
    skip_ = runs;
    return true;
  }
  std::optional<Covered> covered() const override {
    if (proposed_ == 0) return std::nullopt;
    Covered out;
    out.domain =
        " with 2 deviations among " + single_.plain().kinds() + ", the second in the run that the first produced";
    out.runs = done_;
    out.complete = ended_ && done_ == proposed_ && single_.wholeTree();
    if (single_.alike() != 0) {
      out.remark = grouped(single_.alike()) + " of " + grouped(single_.branches().size()) +
                   " first ones made a run again, and were gone beyond only while a loop was late";
    }
    return out;
  }

 private:
  std::optional<RunRequest> next() {
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

  const Single& single_;
  size_t branch_ = 0;
  size_t open_ = 0;
  uint32_t value_ = 1;
  uint64_t proposed_ = 0;
  uint64_t skip_ = 0;
  uint64_t done_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Source> newAlikeSource(const PlainRun& plain, Shard shard) {
  return std::make_unique<Alike>(plain, shard);
}

SingleAndPair newSingleAndPair(const PlainRun& plain, Shard shard) {
  auto single = std::make_unique<Single>(plain, shard);
  auto pair = std::make_unique<Pair>(*single);
  return {std::move(single), std::move(pair)};
}

}  // namespace orrery::sim
