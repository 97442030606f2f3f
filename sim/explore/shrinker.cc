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
}  // namespace

Shrinker::Shrinker(Execute execute, FailureClass wanted, uint64_t mostRuns, Tell tell)
    : execute_(std::move(execute)), wanted_(std::move(wanted)), mostRuns_(mostRuns), tell_(std::move(tell)) {}

Shrunk Shrinker::shrink(const ChoiceLog& from) {
  shrunk_ = {};
  tried_.clear();
  stopped_ = false;
  wasAfresh_ = false;
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
  const bool same = failsAs(result, wanted_);
  if (same) {
    shrunk_.log = ChoiceLog::of(result);
    // What it took is what it is; nobody need try it again.
    tried_.insert(shrunk_.log.hash());
    result.questions = {};
    shrunk_.result = std::move(result);
  }
  if (tell_ && !tell_({shrunk_.runs, shrunk_.log.items.size()})) stopped_ = true;
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
