#include "proxy/stats/named_counters.h"

#include <utility>

namespace orrery::stats {

void NamedCounters::add(std::string_view name, uint64_t n) {
  const auto known = byName_.find(name);
  if (known != byName_.end()) {
    known->second->value.add(n);
    return;
  }
  if (byName_.size() >= kMost) return;
  auto made = std::make_unique<Named>();
  made->name = name;
  made->value.add(n);
  made->older = std::move(newest_);
  newest_ = std::move(made);
  byName_.emplace(newest_->name, newest_.get());
  published_.store(newest_.get(), std::memory_order_release);
}

void NamedCounters::reset() {
  for (Named* at = newest_.get(); at != nullptr; at = at->older.get()) at->value.set(0);
}

}  // namespace orrery::stats
