#include "proxy/upstream/edf.h"

#include "proxy/base/assert.h"

namespace orrery::upstream {

bool EdfScheduler::later(const Entry& a, const Entry& b) {
  const auto left = static_cast<unsigned __int128>(a.count) * b.weight;
  const auto right = static_cast<unsigned __int128>(b.count) * a.weight;
  return left != right ? left > right : a.order > b.order;
}

void EdfScheduler::add(uint32_t weight, uint32_t value) {
  ORRERY_ASSERT(weight > 0, "a weight of zero would never come up");
  heap_.push_back({kStep, nextOrder_++, weight, value});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

}  // namespace orrery::upstream
