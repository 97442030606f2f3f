#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace orrery::sim {

// How often something happened, by a 64-bit key that is well mixed. Open addressing, no deletion, no order: it is asked for
// single keys only.
class Occurrences {
 public:
  Occurrences() : slots_(kInitial) {}

  // The count so far, and one more from now on.
  uint64_t next(uint64_t key) {
    if (key == 0) key = 1;
    size_t i = key & (slots_.size() - 1);
    while (slots_[i].key != key) {
      if (slots_[i].key == 0) return add(i, key);
      i = (i + 1) & (slots_.size() - 1);
    }
    return slots_[i].count++;
  }
  void clear() {
    slots_.assign(kInitial, {});
    used_ = 0;
  }

 private:
  static constexpr size_t kInitial = 128;
  struct Slot {
    uint64_t key = 0;
    uint64_t count = 0;
  };
  uint64_t add(size_t i, uint64_t key) {
    slots_[i] = {key, 1};
    if (++used_ * 2 > slots_.size()) grow();
    return 0;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& s : old) {
      if (s.key == 0) continue;
      size_t i = s.key & (slots_.size() - 1);
      while (slots_[i].key != 0) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = s;
    }
  }
  std::vector<Slot> slots_;
  size_t used_ = 0;
};

}  // namespace orrery::sim
