#include "sim/explore/explainer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/core/events.h"
#include "sim/explore/completion.h"

namespace orrery::sim {

namespace {

// Which of an entity's events of one kind an event is: the same in both runs, whenever it happens.
struct Identity {
  EntityId entity;
  uint16_t number;
  uint64_t occurrence;
  auto operator<=>(const Identity&) const = default;
};

// What one reads a story by: bytes and ends that arrive, timers that fire, steps of actors, what the proxy says of itself. Not
// bare acknowledgements, nor who got the processor, nor what was only prepared.
bool tells(const RecordedEvent& e) {
  switch (static_cast<EventNumber>(e.number)) {
    case EventNumber::kSegmentDelivered:
      return e.numberOf("length") > 0 || (e.numberOf("flags") & (kFin | kSyn | kRst)) != 0;
    case EventNumber::kDatagramDelivered:
    case EventNumber::kTimerFired:
    case EventNumber::kActorStep: return true;
    default: return e.number < static_cast<uint16_t>(EventNumber::kSegmentSent);
  }
}

// What happened and tells: positions of events, and where each is.
struct Happened {
  explicit Happened(const Recording& recording) {
    std::map<std::pair<EntityId, uint16_t>, uint64_t> counts;
    const auto& events = recording.events.events();
    for (size_t i = 0; i < events.size(); ++i) {
      if (!tells(events[i])) continue;
      const Identity id{events[i].entity, events[i].number, counts[{events[i].entity, events[i].number}]++};
      at[id] = order.size();
      order.push_back({i, id});
    }
  }
  std::vector<std::pair<size_t, Identity>> order;
  std::map<Identity, size_t> at;  // position in `order`
};

}  // namespace

Explanation Explainer::explain(const ChoiceLog& log) {
  out_ = {};
  out_.log = log;
  out_.failing = run(log.strategy(), true);
  findPassing();
  findOrder();
  const size_t n = std::min(log.items.size(), kMostItems);
  for (size_t i = 0; i < n; ++i) out_.single.push_back(intervene({i}));
  if (std::none_of(out_.single.begin(), out_.single.end(), [](const auto& v) { return v.decides(); })) {
    for (size_t a = 0; a < n; ++a) {
      for (size_t b = a + 1; b < n; ++b) {
        Intervention both = intervene({a, b});
        if (both.decides()) out_.pairs.push_back(std::move(both));
      }
    }
  }
  return std::move(out_);
}

RunResult Explainer::run(const Strategy& strategy, bool record) {
  RunRequest request;
  request.strategy = strategy;
  request.record = record;
  request.listQuestions = record;
  ++out_.runs;
  return execute_(request);
}

// Fewest deviations changed, then the latest first difference.
void Explainer::findPassing() {
  const ChoiceLog& log = out_.log;
  // Judged in the plain run only: elsewhere it is not broken because nobody asks.
  if (wanted_.check == "default") return;
  for (size_t i = 0; i < log.items.size(); ++i) {
    ChoiceLog fewer = log;
    fewer.items.erase(fewer.items.begin() + static_cast<ptrdiff_t>(i));
    consider(fewer, {i});
  }
  if (out_.passing) return;
  // Nothing to take out, or that is not enough: one more, the last question first.
  const std::vector<Chooser::Asked> asked = out_.failing.questions;
  size_t tried = 0;
  for (size_t i = asked.size(); i-- > 0 && !out_.passing;) {
    if (asked[i].value != 0) continue;
    for (uint32_t v = 1; v < asked[i].n && !out_.passing; ++v) {
      if (++tried > kMostNeighbours) return;
      ChoiceLog more = log;
      more.items.push_back({asked[i].key, v, asked[i].entity, asked[i].site, asked[i].n, asked[i].occurrence});
      if (run(more.strategy(), false).outcome == RunOutcome::kPass) consider(more, {});
    }
  }
}

void Explainer::consider(const ChoiceLog& log, std::vector<size_t> changed) {
  RunResult result = run(log.strategy(), true);
  if (result.outcome != RunOutcome::kPass || result.recording == nullptr || out_.failing.recording == nullptr) return;
  const ptrdiff_t at = firstDifference(out_.failing.recording->events, result.recording->events);
  if (at < 0 || (out_.passing && static_cast<size_t>(at) <= out_.parts)) return;
  out_.parts = static_cast<size_t>(at);
  out_.passing = std::move(result);
  out_.changed = std::move(changed);
}

// Side by side from where they part: the first place where each run does what the other does later.
void Explainer::findOrder() {
  if (!out_.passing) return;
  const Happened here(*out_.failing.recording);
  const Happened there(*out_.passing->recording);
  for (size_t i = 0; i < std::min(here.order.size(), there.order.size()); ++i) {
    if (here.order[i].second == there.order[i].second) continue;
    const auto ours = there.at.find(here.order[i].second);
    const auto theirs = here.at.find(there.order[i].second);
    if (ours == there.at.end() || theirs == here.at.end()) continue;
    if (ours->second <= i || theirs->second <= i) continue;
    out_.order = OrderedPair{here.order[i].first, here.order[theirs->second].first, there.order[i].first,
                             there.order[ours->second].first};
    return;
  }
}

Intervention Explainer::intervene(std::vector<size_t> items) {
  Intervention out;
  for (const bool keep : {true, false}) {
    uint32_t& failed = keep ? out.failedWith : out.failedWithout;
    for (uint32_t seed = 0; seed < Intervention::kCompletions; ++seed) {
      const Strategy strategy = Strategy::decided(newCompletion(out_.log, items, keep, seed), out_.log.runKey);
      if (fails(run(strategy, false))) ++failed;
    }
  }
  out.items = std::move(items);
  return out;
}

}  // namespace orrery::sim
