#include "sim/explore/exhaust.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "proxy/base/hash.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

// A run to make: answers up to a question, the plain ones from there on.
struct Plan {
  std::vector<Deviation> answers;
  size_t fixed = 0;   // questions that are answered
  double part = 1.0;  // of the tree
};

class Exhaust final : public Source {
 public:
  explicit Exhaust(Shard shard) : shard_(shard) { open_.emplace_back(); }

  std::string_view name() const override { return "exhaust"; }

  std::optional<RunRequest> propose() override {
    if (open_.empty()) return std::nullopt;
    Deviations deviations;
    for (const Deviation& d : open_.back().answers) deviations.set(d);
    underWay_.push_back(std::move(open_.back()));
    open_.pop_back();
    RunRequest request;
    request.strategy = Strategy::replay(std::move(deviations));
    request.listQuestions = true;
    request.order = true;
    return request;
  }

  void learn(const RunResult& result) override {
    Plan plan = std::move(underWay_.front());
    underWay_.pop_front();
    ++runs_;
    orders_.insert(result.order);
    through_ = through_ && result.questions.size() < Chooser::kMaxTaken;
    branch(plan, result.questions);
    done_ += plan.part;
  }

  std::optional<Covered> covered() const override {
    Covered out;
    out.what = "order";
    out.domain = " of what threads do at schedule points, with the plain run's answers to all else";
    out.runs = runs_;
    out.complete = through_ && open_.empty() && underWay_.empty();
    out.remark = plural(orders_.size(), "order", "orders");
    if (!out.complete) out.remark += ", an estimated " + permille(done_) + " of the tree";
    return out;
  }

 private:
  // Points are groups of questions with nothing done in between. Who came to a point first, by its answers before, is the one
  // that tries all that can follow from it.
  void branch(Plan& plan, const std::vector<Chooser::Asked>& questions) {
    uint64_t path = 0;
    uint64_t point = 0;
    for (size_t i = 0; i < questions.size(); ++i) {
      const Chooser::Asked& q = questions[i];
      if (q.order != 0 && q.order != point) {
        point = q.order;
        if (visits_.size() == kMostVisits) {
          through_ = false;
          return;
        }
        const auto [at, isNew] = visits_.try_emplace(point, path);
        if (!isNew && at->second != path) return;
      }
      if (q.order != 0 && i >= plan.fixed) wait(plan, questions, i);
      path = hashCombine(hashCombine(path, q.key), q.value);
    }
  }

  // At question i the asker waits behind all others: together with those after it, that reaches every order.
  void wait(Plan& plan, const std::vector<Chooser::Asked>& questions, size_t i) {
    plan.part /= 2;
    if (runs_ == 1 && !shard_.has(i)) {
      done_ += plan.part;  // by another shard
      return;
    }
    if (open_.size() == kMostWaiting) {
      through_ = false;
      return;
    }
    Plan& next = open_.emplace_back();
    next.answers = plan.answers;
    next.answers.push_back({questions[i].key, questions[i].n - 1, ""});
    next.fixed = i + 1;
    next.part = plan.part;
  }

  static std::string permille(double part) {
    const auto thousandths = static_cast<uint64_t>(part * 1000);
    return std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10) + " %";
  }

  Shard shard_;
  std::vector<Plan> open_;     // the last first
  std::deque<Plan> underWay_;  // in the order in which results come
  std::unordered_map<uint64_t, uint64_t> visits_;
  std::unordered_set<uint64_t> orders_;
  uint64_t runs_ = 0;
  double done_ = 0;
  bool through_ = true;
};

}  // namespace

std::unique_ptr<Source> newExhaustSource(Shard shard) { return std::make_unique<Exhaust>(shard); }

}  // namespace orrery::sim
