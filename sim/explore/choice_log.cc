#include "sim/explore/choice_log.h"

#include <algorithm>

#include "proxy/base/hash.h"

namespace orrery::sim {

ChoiceLog ChoiceLog::of(const RunResult& result) {
  ChoiceLog log;
  log.runKey = result.runKey;
  for (const Chooser::Asked& q : result.questions) {
    if (q.value != 0) log.items.push_back({q.key, q.value, q.entity, q.site, q.n, q.occurrence});
  }
  const Deviations asked = log.deviations();
  for (const Deviation& d : result.deviations.items()) {
    if (asked.find(d.key) < 0) log.items.push_back({d.key, d.value});
  }
  return log;
}

Deviations ChoiceLog::deviations() const {
  std::vector<Deviation> out;
  for (const Item& i : items) {
    if (i.n == 0 || i.value != 0) out.push_back({i.key, i.value, ""});
  }
  return Deviations::of(std::move(out));
}

Strategy ChoiceLog::strategy() const {
  Deviations taken = deviations();
  if (taken.empty() && runKey == Strategy::kPlainRunKey) return Strategy::plain();
  return Strategy::replay(std::move(taken), runKey);
}

uint64_t ChoiceLog::hash() const {
  uint64_t h = mix64(runKey);
  // Sorted: the order in which they were asked is no part of a log.
  const Deviations sorted = deviations();
  for (const Deviation& d : sorted.items()) h = hashCombine(hashCombine(h, d.key), d.value);
  return h;
}

}  // namespace orrery::sim
