#include "proxy/base/timer_queue.h"

#include <algorithm>

#include "proxy/base/assert.h"

namespace orrery {

namespace {
constexpr uint32_t kArity = 4;
}

void TimerQueue::arm(Entry& entry, TimePoint deadline) {
  entry.deadline_ = deadline;
  entry.number_ = nextNumber_++;
  if (!entry.armed_) {
    entry.armed_ = true;
    ++armedCount_;
  }
  if (entry.index_ == Entry::kNotFiled) {
    file(entry);
  } else if (deadline < entry.filed_) {
    remove(entry.index_);
    file(entry);
  }
  // A later deadline: the heap entry comes up at the old one and is re-filed then.
}

void TimerQueue::disarm(Entry& entry) {
  if (entry.armed_) {
    entry.armed_ = false;
    --armedCount_;
  }
}

void TimerQueue::forget(Entry& entry) {
  disarm(entry);
  if (entry.index_ != Entry::kNotFiled) remove(entry.index_);
}

TimePoint TimerQueue::nextDeadline() {
  settleTop();
  return heap_.empty() ? TimePoint::max() : heap_.front().deadline;
}

TimerQueue::Entry* TimerQueue::popDue(TimePoint now, uint64_t numberLimit) {
  settleTop();
  if (heap_.empty() || heap_.front().deadline > now) return nullptr;
  if (heap_.front().number < numberLimit) {
    Entry* entry = heap_.front().entry;
    forget(*entry);
    return entry;
  }
  // Rare: the top was armed inside this walk for an instant before others that are due too. Look past it.
  std::vector<Slot> due;
  for (const Slot& s : heap_) {
    if (s.entry->armed_ && s.entry->deadline_ <= now && s.entry->number_ < numberLimit) {
      due.push_back({s.entry->deadline_, s.entry->number_, s.entry});
    }
  }
  if (due.empty()) return nullptr;
  Entry* entry =
      std::min_element(due.begin(), due.end(), [](const Slot& a, const Slot& b) { return a.before(b); })->entry;
  forget(*entry);
  return entry;
}

void TimerQueue::collectTies(TimePoint now, uint64_t numberLimit, std::vector<Entry*>& out) {
  settleTop();
  if (heap_.empty() || heap_.front().deadline > now) return;
  const TimePoint first = heap_.front().deadline;
  // Walk only the part of the heap whose keys are <= first: children of a later key are later.
  std::vector<uint32_t> open{0};
  while (!open.empty()) {
    const uint32_t i = open.back();
    open.pop_back();
    if (heap_[i].deadline > first) continue;
    Entry* e = heap_[i].entry;
    if (e->armed_ && e->deadline_ == first && e->number_ < numberLimit) out.push_back(e);
    for (uint32_t c = i * kArity + 1; c <= i * kArity + kArity && c < heap_.size(); ++c) open.push_back(c);
  }
  std::sort(out.begin(), out.end(), [](const Entry* a, const Entry* b) { return a->number_ < b->number_; });
}

// Drops disarmed entries and re-files those whose heap key is older than what their owner asked for, until the top is
// true.
void TimerQueue::settleTop() {
  while (!heap_.empty()) {
    Slot& top = heap_.front();
    Entry& e = *top.entry;
    if (!e.armed_) {
      remove(0);
      continue;
    }
    if (top.number == e.number_) return;
    top.deadline = e.filed_ = e.deadline_;
    top.number = e.filedNumber_ = e.number_;
    siftDown(0);
  }
}

void TimerQueue::file(Entry& entry) {
  entry.filed_ = entry.deadline_;
  entry.filedNumber_ = entry.number_;
  heap_.push_back({entry.deadline_, entry.number_, &entry});
  entry.index_ = static_cast<uint32_t>(heap_.size() - 1);
  siftUp(entry.index_);
}

void TimerQueue::remove(uint32_t index) {
  heap_[index].entry->index_ = Entry::kNotFiled;
  const Slot last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  put(index, last);
  siftUp(index);
  siftDown(heap_[index].entry == last.entry ? index : last.entry->index_);
}

void TimerQueue::put(uint32_t index, const Slot& slot) {
  heap_[index] = slot;
  slot.entry->index_ = index;
}

void TimerQueue::siftUp(uint32_t index) {
  const Slot moving = heap_[index];
  while (index > 0) {
    const uint32_t parent = (index - 1) / kArity;
    if (!moving.before(heap_[parent])) break;
    put(index, heap_[parent]);
    index = parent;
  }
  put(index, moving);
}

void TimerQueue::siftDown(uint32_t index) {
  const Slot moving = heap_[index];
  for (;;) {
    const uint32_t first = index * kArity + 1;
    if (first >= heap_.size()) break;
    uint32_t best = first;
    const uint32_t end = std::min<uint32_t>(first + kArity, static_cast<uint32_t>(heap_.size()));
    for (uint32_t c = first + 1; c < end; ++c) {
      if (heap_[c].before(heap_[best])) best = c;
    }
    if (!heap_[best].before(moving)) break;
    put(index, heap_[best]);
    index = best;
  }
  put(index, moving);
}

}  // namespace orrery
