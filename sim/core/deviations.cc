#include "sim/core/deviations.h"

#include <algorithm>

#include "sim/core/names.h"

namespace orrery::sim {

namespace {
auto lowerBound(auto& items, uint64_t key) {
  return std::lower_bound(items.begin(), items.end(), key, [](const Deviation& d, uint64_t k) { return d.key < k; });
}
}  // namespace

Deviations Deviations::of(std::vector<Deviation> items) {
  std::sort(items.begin(), items.end(), [](const Deviation& a, const Deviation& b) { return a.key < b.key; });
  Deviations out;
  out.items_ = std::move(items);
  return out;
}

void Deviations::set(Deviation deviation) {
  const auto at = lowerBound(items_, deviation.key);
  if (at != items_.end() && at->key == deviation.key) {
    *at = std::move(deviation);
  } else {
    items_.insert(at, std::move(deviation));
  }
}

Status Deviations::add(std::string_view text, uint64_t value) {
  const auto key = Names::keyOf(text);
  if (!key) {
    return makeError("'" + std::string(text) +
                     "' is not a choice: expected <path>:<site>:<occurrence> with a known site");
  }
  set({*key, value, std::string(text)});
  return {};
}

bool Deviations::remove(uint64_t key) {
  const auto at = lowerBound(items_, key);
  if (at == items_.end() || at->key != key) return false;
  items_.erase(at);
  return true;
}

ptrdiff_t Deviations::find(uint64_t key) const {
  const auto at = lowerBound(items_, key);
  return at == items_.end() || at->key != key ? -1 : at - items_.begin();
}

}  // namespace orrery::sim
