#include "sim/core/chooser.h"

#include "proxy/base/assert.h"
#include "proxy/base/prng.h"

namespace orrery::sim {

uint32_t Chooser::deviate(uint64_t occurrence, const Question& question) {
  const uint32_t value = answer(question);
  if (value != 0 && taken_.size() < kMaxTaken) {
    taken_.push_back({question.entity, question.site, occurrence, question.key, value});
  }
  if (listing_ && questions_.size() < kMaxTaken) {
    const uint64_t order = question.rivals == nullptr ? 0 : question.rivals->order();
    const bool loopLate = trace_.order() != nullptr && trace_.order()->anyLoopLate();
    questions_.push_back(
        {question.key, question.entity, occurrence, question.site, question.n, value, order, loopLate});
  }
  return value;
}

uint32_t Chooser::answer(const Question& q) {
  if (strategy_.isPlain()) return 0;
  if (strategy_.isDecided()) {
    const uint32_t value = strategy_.decider().decide(q);
    ORRERY_ASSERT(value < q.n, "a decider answers one of the alternatives");
    return value;
  }
  if (!strategy_.isReplay()) return strategy_.randomValue(q.key, siteInfo(q.site).kind, q.n);
  const ptrdiff_t at = strategy_.deviations().find(q.key);
  if (at < 0) {
    ++absent_;
    return 0;
  }
  seen_[static_cast<size_t>(at)] = true;
  const uint64_t stored = strategy_.deviations().items()[static_cast<size_t>(at)].value;
  if (stored < q.n) return static_cast<uint32_t>(stored);
  ++clamped_;
  return siteInfo(q.site).ordered ? q.n - 1 : 0;
}

uint64_t Chooser::drawAt(EntityId who, Site site, uint64_t occurrence) {
  const uint64_t key = choiceKey(who, site, occurrence);
  uint64_t value = prf(strategy_.runKey(), key);
  if (strategy_.isReplay()) [[unlikely]] {
    if (const ptrdiff_t at = strategy_.deviations().find(key); at >= 0) {
      seen_[static_cast<size_t>(at)] = true;
      value = strategy_.deviations().items()[static_cast<size_t>(at)].value;
      if (taken_.size() < kMaxTaken) taken_.push_back({who, site, occurrence, key, value});
    }
  }
  trace_.choice(who, site, occurrence, key, 0, value);
  return value;
}

Deviations Chooser::deviations() const {
  std::vector<Deviation> out;
  out.reserve(taken_.size());
  for (const Taken& t : taken_) {
    out.push_back({t.key, t.value, names_.keepAll ? names_.choiceText(t.entity, t.site, t.occurrence) : ""});
  }
  return Deviations::of(std::move(out));
}

FitReport Chooser::fit() const {
  FitReport report;
  report.clamped = clamped_;
  report.absent = absent_;
  if (!strategy_.isReplay()) return report;
  uint64_t asked = 0;
  for (size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i]) {
      ++asked;
    } else {
      report.leftOver.push_back(strategy_.deviations().items()[i]);
    }
  }
  report.used = asked - clamped_;
  return report;
}

}  // namespace orrery::sim
