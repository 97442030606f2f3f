#include "sim/core/event_queue.h"

#include <algorithm>

namespace orrery::sim {

namespace {
constexpr uint32_t kArity = 4;
}

void EventQueue::fileNumbered(Event& event, int64_t at, uint64_t number, bool work) {
  if (event.filed()) remove(event.index_);
  event.at_ = at;
  event.work_ = work;
  if (work) ++work_;
  heap_.push_back({});
  siftUp(static_cast<uint32_t>(heap_.size() - 1), Slot{at, number, &event});
}

void EventQueue::fireFirst() {
  Event& event = *heap_.front().event;
  remove(0);
  event.fire_();
}

void EventQueue::remove(uint32_t i) {
  Event& gone = *heap_[i].event;
  gone.index_ = Event::kNotFiled;
  if (gone.work_) --work_;
  const Slot last = heap_.back();
  heap_.pop_back();
  if (i == heap_.size()) return;
  if (i > 0 && last.before(heap_[(i - 1) / kArity])) {
    siftUp(i, last);
  } else {
    siftDown(i, last);
  }
}

void EventQueue::clear() {
  for (Slot& s : heap_) s.event->index_ = Event::kNotFiled;
  heap_.clear();
  next_ = 1;
  work_ = 0;
}

void EventQueue::siftUp(uint32_t i, const Slot& moving) {
  while (i > 0) {
    const uint32_t parent = (i - 1) / kArity;
    if (!moving.before(heap_[parent])) break;
    put(i, heap_[parent]);
    i = parent;
  }
  put(i, moving);
}

void EventQueue::siftDown(uint32_t i, const Slot& moving) {
  const auto size = static_cast<uint32_t>(heap_.size());
  for (;;) {
    const uint32_t first = i * kArity + 1;
    if (first >= size) break;
    uint32_t best = first;
    const uint32_t end = std::min(first + kArity, size);
    for (uint32_t c = first + 1; c < end; ++c) {
      if (heap_[c].before(heap_[best])) best = c;
    }
    if (!heap_[best].before(moving)) break;
    put(i, heap_[best]);
    i = best;
  }
  put(i, moving);
}

}  // namespace orrery::sim
