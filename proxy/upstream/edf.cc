#include "proxy/upstream/edf.h"

#include <algorithm>

#include "proxy/base/assert.h"

namespace orrery::upstream {

bool EdfScheduler::later(const Entry& a, const Entry& b) {
  const auto left = static_cast<unsigned __int128>(a.count) * b.weight;
  const auto right = static_cast<unsigned __int128>(b.count) * a.weight;
  return left != right ? left > right : a.order > b.order;
}

void EdfScheduler::add(uint32_t weight, uint32_t value) {
  ORRERY_ASSERT(weight > 0, "a weight of zero would never come up");
  heap_.push_back({1, nextOrder_++, weight, value});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

uint32_t EdfScheduler::pick() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  Entry& entry = heap_.back();
  ++entry.count;
  entry.order = nextOrder_++;
  const uint32_t value = entry.value;
  std::push_heap(heap_.begin(), heap_.end(), later);
  return value;
}

}  // namespace orrery::upstream
