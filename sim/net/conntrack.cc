#include "sim/net/conntrack.h"

#include <algorithm>

#include "proxy/base/hash.h"

namespace orrery::sim {

size_t ConnTrack::Hash::operator()(const Ends& e) const { return hashCombine(e.from.packed(), e.to.packed()); }

Ends ConnTrack::Entry::other(const Ends& ends) const {
  if (ends == inside) return outside;
  if (ends == outside) return inside;
  return ends == inside.turned() ? outside.turned() : inside.turned();
}

ConnTrack::Entry* ConnTrack::find(const Ends& ends, TimePoint now) {
  const auto it = byEnds_.find(ends);
  if (it == byEnds_.end()) return nullptr;
  Entry* entry = it->second;
  if (!forgotten(*entry, now)) return entry;
  remove(*entry);
  return nullptr;
}

ConnTrack::Entry* ConnTrack::add(const Ends& inside, const Ends& outside, TimePoint now) {
  if (entries_.size() >= kMax) forgetOld(now);
  if (entries_.size() >= kMax) return nullptr;
  Entry& e = *entries_.emplace_back(std::make_unique<Entry>(Entry{inside, outside, now}));
  for (const Ends& ends : {inside, inside.turned(), outside, outside.turned()}) byEnds_[ends] = &e;
  return &e;
}

void ConnTrack::remove(Entry& entry) {
  for (const Ends& ends : {entry.inside, entry.inside.turned(), entry.outside, entry.outside.turned()}) {
    const auto it = byEnds_.find(ends);
    if (it != byEnds_.end() && it->second == &entry) byEnds_.erase(it);
  }
  std::erase_if(entries_, [&entry](const auto& e) { return e.get() == &entry; });
}

void ConnTrack::forgetOld(TimePoint now) {
  for (size_t i = entries_.size(); i > 0; --i) {
    if (forgotten(*entries_[i - 1], now)) remove(*entries_[i - 1]);
  }
}

}  // namespace orrery::sim
