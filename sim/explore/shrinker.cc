#include "sim/explore/shrinker.h"

#include <algorithm>
#include <utility>

#include "sim/explore/plain_run.h"
#include "sim/explore/systematic.h"

namespace orrery::sim {

namespace {
constexpr size_t kMostForPairs = 24;
constexpr uint64_t kMostAfresh = 2000;  // runs
constexpr uint64_t kTryEachBelow = 8;   // lower values than this are tried one by one
constexpr size_t kMostForEarlier = 256;
constexpr uint64_t kMostLeftOut = 4;  // answers of one asker at a time

// What makes a log smaller than another.
struct Size {
  size_t deviations = 0;
  uint64_t values = 0;
  uint64_t occurrences = 0;
  std::vector<uint64_t> each;  // values, in the order in which they were asked for: the first that differs counts
  auto operator<=>(const Size&) const = default;
};
Size sizeOf(const ChoiceLog& log) {
  Size size;
  size.deviations = log.items.size();
  for (const ChoiceLog::Item& i : log.items) {
    size.values += i.n == 0 ? 1 : i.value;
    size.occurrences += i.occurrence;
    size.each.push_back(i.value);
  }
  return size;
}
}  // namespace

Shrinker::Shrinker(Execute execute, FailureClass wanted, uint64_t mostRuns, Tell tell)
    : execute_(std::move(execute)), wanted_(std::move(wanted)), mostRuns_(mostRuns), tell_(std::move(tell)) {}

Shrunk Shrinker::shrink(const ChoiceLog& from) {
  shrunk_ = {};
  tried_.clear();
  stopped_ = false;
  wasAfresh_ = false;
  reproduced_ = false;
  shrunk_.log = from;
  shrunk_.before = from.items.size();
  if (!attempt(from)) {
    shrunk_.reproduced = false;
    return std::move(shrunk_);
  }
  for (bool changed = true; changed && !spent();) {
    changed = plainDraws();
    changed = tail() || changed;
    changed = kinds() || changed;
    changed = entities() || changed;
    changed = pieces() || changed;
    changed = values() || changed;
    changed = together() || changed;
    changed = earlier() || changed;
    changed = pairs() || changed;
    changed = changed || afresh();
  }
  shrunk_.fixed = !spent();
  return std::move(shrunk_);
}

bool Shrinker::attempt(ChoiceLog candidate) {
  if (spent()) return false;
  if (!tried_.insert(candidate.hash()).second) {
    ++shrunk_.spared;
    return false;
  }
  RunRequest request;
  request.strategy = candidate.strategy();
  request.listQuestions = true;
  RunResult result;
  return make(request, result);
}

bool Shrinker::make(const RunRequest& request, RunResult& result) {
  result = execute_(request);
  ++shrunk_.runs;
  bool same = failsAs(result, wanted_);
  if (same) {
    ChoiceLog log = ChoiceLog::of(result);
    // A log can be what another run made of it: as large as the one that is there, or larger.
    const bool plainer = log.runKey == Strategy::kPlainRunKey && shrunk_.log.runKey != Strategy::kPlainRunKey;
    same = !reproduced_ || plainer || sizeOf(log) < sizeOf(shrunk_.log);
    if (same) shrunk_.log = std::move(log);
  }
  if (same) {
    reproduced_ = true;
    // What it took is what it is; nobody need try it again.
    tried_.insert(shrunk_.log.hash());
    result.questions = {};
    shrunk_.result = std::move(result);
  }
  if (tell_ && !tell_({shrunk_.runs, shrunk_.log.items.size(), shrunk_.log})) stopped_ = true;
  return same;
}

bool Shrinker::without(const std::function<bool(const ChoiceLog::Item&)>& drop) {
  ChoiceLog fewer = shrunk_.log;
  if (std::erase_if(fewer.items, drop) == 0) return false;
  return attempt(std::move(fewer));
}

bool Shrinker::plainDraws() {
  if (shrunk_.log.runKey == Strategy::kPlainRunKey) return false;
  ChoiceLog plain = shrunk_.log;
  plain.runKey = Strategy::kPlainRunKey;
  return attempt(std::move(plain));
}

// The shortest beginning that does, by doubling: what breaks a claim tends to come before what follows from it.
bool Shrinker::tail() {
  for (size_t length = 0; length < shrunk_.log.items.size(); length = length == 0 ? 1 : length * 2) {
    ChoiceLog head = shrunk_.log;
    head.items.resize(length);
    if (attempt(std::move(head))) return true;
  }
  return false;
}

bool Shrinker::kinds() {
  bool changed = false;
  for (size_t k = 0; k < kSiteKinds; ++k) {
    changed = without([&](const auto& i) { return siteInfo(i.site).kind == static_cast<SiteKind>(k); }) || changed;
  }
  return changed;
}

bool Shrinker::entities() {
  bool changed = false;
  const std::vector<ChoiceLog::Item> items = shrunk_.log.items;
  std::unordered_set<EntityId> seen;
  for (const ChoiceLog::Item& item : items) {
    if (!seen.insert(item.entity).second) continue;
    changed = without([&](const auto& i) { return i.entity == item.entity; }) || changed;
  }
  return changed;
}

bool Shrinker::pieces() {
  bool changed = false;
  for (size_t piece = std::max<size_t>(shrunk_.log.items.size() / 2, 1);; piece /= 2) {
    for (size_t at = 0; at < shrunk_.log.items.size() && !spent();) {
      ChoiceLog fewer = shrunk_.log;
      const auto begin = fewer.items.begin() + static_cast<ptrdiff_t>(at);
      fewer.items.erase(begin, begin + static_cast<ptrdiff_t>(std::min(piece, fewer.items.size() - at)));
      if (attempt(std::move(fewer))) {
        changed = true;
      } else {
        at += piece;
      }
    }
    if (piece == 1) return changed;
  }
}

bool Shrinker::values() {
  bool changed = false;
  for (size_t at = 0; at < shrunk_.log.items.size() && !spent(); ++at) {
    const auto lower = [&](uint64_t value) {
      ChoiceLog candidate = shrunk_.log;
      candidate.items[at].value = value;
      return attempt(std::move(candidate));
    };
    if (shrunk_.log.items[at].n == 0) continue;  // a draw has no order
    for (uint64_t v = 1; v < std::min(shrunk_.log.items[at].value, kTryEachBelow); ++v) {
      if (!lower(v)) continue;
      changed = true;
      break;
    }
    // Larger ones by halves.
    for (uint64_t low = kTryEachBelow; at < shrunk_.log.items.size() && low < shrunk_.log.items[at].value;) {
      const uint64_t middle = low + (shrunk_.log.items[at].value - low) / 2;
      if (lower(middle)) {
        changed = true;
      } else {
        low = middle + 1;
      }
    }
  }
  return changed;
}

// Two that depend on each other: lower by as much, as far as it goes; or one lower and a later one higher by as much.
bool Shrinker::together() {
  if (shrunk_.log.items.size() > kMostForPairs) return false;
  bool changed = false;
  for (size_t a = 0; a + 1 < shrunk_.log.items.size(); ++a) {
    for (size_t b = a + 1; b < shrunk_.log.items.size() && !spent(); ++b) changed = lowered(a, b) || changed;
  }
  return changed;
}

bool Shrinker::lowered(size_t a, size_t b) {
  bool changed = false;
  const auto there = [&] {
    const auto& items = shrunk_.log.items;
    return b < items.size() && items[a].n != 0 && items[b].n != 0;
  };
  const auto change = [&](uint64_t less, bool more) {
    ChoiceLog candidate = shrunk_.log;
    ChoiceLog::Item& first = candidate.items[a];
    ChoiceLog::Item& second = candidate.items[b];
    if (first.value < less || (more ? second.n - second.value <= less : second.value < less)) return false;
    first.value -= less;
    second.value = more ? second.value + less : second.value - less;
    return attempt(std::move(candidate));
  };
  for (const bool more : {false, true}) {
    if (!there()) return changed;
    for (uint64_t step = shrunk_.log.items[a].value; step > 0 && there() && !spent(); step /= 2) {
      changed = change(step, more) || changed;
      // Of numbers whose sign is their last bit only even steps do.
      if (step % 2 == 1 && step > 1 && there()) changed = change(step - 1, more) || changed;
    }
  }
  return changed;
}

// Some answers of one asker left out, and all that it gave after them in their place: of a list, an element in the middle, or
// the end of one list and the beginning of the next.
bool Shrinker::earlier() {
  if (shrunk_.log.items.size() > kMostForEarlier) return false;
  bool changed = false;
  for (size_t at = 0; at < shrunk_.log.items.size() && !spent(); ++at) {
    for (uint64_t left = 1; left <= kMostLeftOut; ++left) {
      for (uint64_t before = 0; before <= left && at < shrunk_.log.items.size(); ++before) {
        if (shrunk_.log.items[at].n == 0 || shrunk_.log.items[at].occurrence < before) continue;
        changed = leaveOut(at, shrunk_.log.items[at].occurrence - before, left) || changed;
      }
    }
  }
  return changed;
}

// Leaves out the answers from..from + count of the asker of item `at`; if that does not do, with an earlier answer of its lower by
// as much, which may be how many there are.
bool Shrinker::leaveOut(size_t at, uint64_t from, uint64_t count) {
  ChoiceLog candidate = shrunk_.log;
  const ChoiceLog::Item asker = candidate.items[at];
  const auto same = [&](const ChoiceLog::Item& i) {
    return i.entity == asker.entity && i.site == asker.site && i.n != 0;
  };
  std::erase_if(candidate.items, [&](const ChoiceLog::Item& i) {
    return same(i) && i.occurrence >= from && i.occurrence - from < count;
  });
  for (ChoiceLog::Item& i : candidate.items) {
    if (!same(i) || i.occurrence < from) continue;
    i.occurrence -= count;
    i.key = choiceKey(i.entity, i.site, i.occurrence);
  }
  if (attempt(candidate)) return true;
  if (candidate.items.size() > kMostForPairs) return false;
  for (size_t k = 0; k < candidate.items.size() && !spent(); ++k) {
    const ChoiceLog::Item& number = candidate.items[k];
    if (!same(number) || number.occurrence >= from || number.value < count) continue;
    ChoiceLog fewer = candidate;
    fewer.items[k].value -= count;
    if (attempt(std::move(fewer))) return true;
  }
  return false;
}

bool Shrinker::pairs() {
  if (shrunk_.log.items.size() > kMostForPairs) return false;
  bool changed = false;
  for (size_t a = 0; a + 1 < shrunk_.log.items.size(); ++a) {
    for (size_t b = a + 1; b < shrunk_.log.items.size() && !spent(); ++b) {
      ChoiceLog fewer = shrunk_.log;
      fewer.items.erase(fewer.items.begin() + static_cast<ptrdiff_t>(b));
      fewer.items.erase(fewer.items.begin() + static_cast<ptrdiff_t>(a));
      changed = attempt(std::move(fewer)) || changed;
      if (a + 1 >= shrunk_.log.items.size()) return changed;
    }
  }
  return changed;
}

bool Shrinker::afresh() {
  if (shrunk_.log.items.size() < 3 || spent() || std::exchange(wasAfresh_, true)) return false;
  RunRequest request;
  request.listQuestions = true;
  RunResult result;
  if (make(request, result)) return true;
  const PlainRun plain(result);
  const SingleAndPair sources = newSingleAndPair(plain);
  uint64_t left = kMostAfresh;
  for (Source* source : {sources.single.get(), sources.pair.get()}) {
    for (; left > 0 && !spent(); --left) {
      const std::optional<RunRequest> next = source->propose();
      if (!next) break;
      request.strategy = next->strategy;
      if (make(request, result)) return true;
      source->learn(result);
    }
  }
  return false;
}

}  // namespace orrery::sim
