#include "sim/explore/mutate.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "sim/explore/dice.h"

namespace orrery::sim {

namespace {

using Asked = Chooser::Asked;
using Item = ChoiceLog::Item;

constexpr uint64_t kWindow = 64;     // questions between those that are put into another order
constexpr uint32_t kMostHolds = 64;  // answers that hold b back

enum Draws : uint64_t { kHow = 1, kWhere, kWhere2, kCount, kWhich, kValue, kFewer };

uint32_t otherThan(uint32_t value, uint32_t n, uint64_t draw) {
  return static_cast<uint32_t>((value + 1 + draw % (n - 1)) % n);
}

void set(std::vector<Item>& items, const Asked& q, uint64_t value) {
  const auto at = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.key == q.key; });
  if (at != items.end()) {
    at->value = value;
  } else {
    items.push_back({q.key, value, q.entity, q.site, q.n, q.occurrence});
  }
}

// The answers of a log, as far as it goes.
class Known {
 public:
  explicit Known(const std::vector<Item>& items) {
    for (const Item& i : items) answers_.emplace(i.key, i.value);
  }
  uint32_t answer(const Question& q) const {
    const auto at = answers_.find(q.key);
    return at == answers_.end() ? 0 : static_cast<uint32_t>(std::min<uint64_t>(at->second, q.n - 1));
  }

 private:
  std::unordered_map<uint64_t, uint64_t> answers_;  // looked up only
};

// From question b on, who asked it is held back until question a is asked.
class Ordered final : public Decider {
 public:
  Ordered(const std::vector<Item>& items, const Asked& a, const Asked& b) : known_(items), a_(a.key), b_(b) {}

  uint32_t decide(const Question& q) override {
    if (q.key == a_) held_ = kMostHolds;
    began_ = began_ || q.key == b_.key;
    if (!began_ || q.entity != b_.entity || held_ == kMostHolds) return known_.answer(q);
    const SiteKind kind = kindOf(q);
    if (!aboutOrder(kind) && kind != SiteKind::kLateness && kind != SiteKind::kDelay) return known_.answer(q);
    ++held_;
    return q.n - 1;
  }

 private:
  Known known_;
  uint64_t a_;
  Asked b_;
  bool began_ = false;
  uint32_t held_ = 0;
};

// A log up to a question, anything from there on.
class Reseeded final : public Decider {
 public:
  Reseeded(const std::vector<Item>& items, uint64_t from, uint64_t seed) : known_(items), from_(from), dice_(seed) {}

  uint32_t decide(const Question& q) override {
    free_ = free_ || q.key == from_;
    if (!free_) return known_.answer(q);
    if (aboutOrder(kindOf(q))) return static_cast<uint32_t>(dice_.below(q.key, q.n));
    return dice_.seldom(q);
  }

 private:
  Known known_;
  uint64_t from_;
  Dice dice_;
  bool free_ = false;
};

class Mutation {
 public:
  Mutation(const Corpus& corpus, const Corpus::Entry& entry, uint64_t seed)
      : corpus_(corpus), entry_(entry), log_(entry.log), dice_(seed), seed_(seed) {}

  Strategy make() {
    switch (dice_.below(kHow, 8)) {
      case 0: return fewer();
      case 1: return moved();
      case 2: return spliced();
      case 3: return Strategy::decided(std::make_shared<Reseeded>(log_.items, question(kWhere).key, seed_), runKey());
      case 4:
      case 5: return ordered();
      default: return others(1 + dice_.below(kCount, 3));
    }
  }

 private:
  uint64_t runKey() const { return log_.runKey; }
  const Asked& question(uint64_t draw) const { return entry_.questions[dice_.below(draw, entry_.questions.size())]; }

  Strategy others(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      const Asked& q = question(kWhere + 16 * (i + 1));
      set(log_.items, q, otherThan(q.value, q.n, dice_.bits(kValue + 16 * (i + 1))));
    }
    return log_.strategy();
  }
  // About half of the deviations, and one that is new.
  Strategy fewer() {
    std::erase_if(log_.items, [&](const Item& i) { return dice_.below(i.key ^ kFewer, 2) == 0; });
    return others(1);
  }
  // A deviation strikes the same asker a question earlier or later.
  Strategy moved() {
    if (log_.items.empty()) return others(1);
    const size_t which = dice_.below(kWhich, log_.items.size());
    const Item from = log_.items[which];
    const Asked* before = nullptr;
    const Asked* after = nullptr;
    bool passed = false;
    for (const Asked& q : entry_.questions) {
      if (q.key == from.key) {
        passed = true;
      } else if (q.entity == from.entity && q.site == from.site) {
        if (!passed) before = &q;
        if (passed && after == nullptr) after = &q;
      }
    }
    const Asked* to = after == nullptr || (before != nullptr && dice_.below(kWhere2, 2) == 0) ? before : after;
    if (to == nullptr) return others(1);
    log_.items.erase(log_.items.begin() + static_cast<ptrdiff_t>(which));
    set(log_.items, *to, std::min<uint64_t>(from.value, to->n - 1));
    return log_.strategy();
  }
  Strategy spliced() {
    const Corpus::Entry& other = corpus_.entry(dice_.below(kWhich, corpus_.size()));
    log_.items.resize(dice_.below(kWhere, log_.items.size() + 1));
    const auto& more = other.log.items;
    for (size_t i = dice_.below(kWhere2, more.size() + 1); i < more.size(); ++i) {
      const auto same = [&](const Item& have) { return have.key == more[i].key; };
      if (std::none_of(log_.items.begin(), log_.items.end(), same)) log_.items.push_back(more[i]);
    }
    return log_.strategy();
  }
  // Two questions of different askers that were near each other, the earlier one held back until the later one has come.
  Strategy ordered() {
    const uint64_t n = entry_.questions.size();
    const uint64_t b = dice_.below(kWhere, n);
    const uint64_t reach = std::min<uint64_t>(kWindow, n - b);
    for (uint64_t k = 0; k < reach; ++k) {
      const Asked& a = entry_.questions[b + (dice_.below(kWhere2, reach) + k) % reach];
      if (a.entity == entry_.questions[b].entity) continue;
      return Strategy::decided(std::make_shared<Ordered>(log_.items, a, entry_.questions[b]), runKey());
    }
    return others(1);
  }

  const Corpus& corpus_;
  const Corpus::Entry& entry_;
  ChoiceLog log_;
  Dice dice_;
  uint64_t seed_;
};

}  // namespace

Strategy mutate(const Corpus& corpus, size_t entry, uint64_t seed) {
  const Corpus::Entry& from = corpus.entry(entry);
  if (from.questions.empty()) return from.log.strategy();
  return Mutation(corpus, from, seed).make();
}

}  // namespace orrery::sim
