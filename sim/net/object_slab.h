#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace orrery::sim {

// Objects of one type that live as long as the slab, side by side in the order in which they were made: whoever walks over
// thousands of them finds the next where the processor looks ahead. Chunks double, so that a small world pays for few.
//
// Lifetime: destroys what it made, first made first. Addresses stay. Threading: one OS thread.
template <class T>
class ObjectSlab {
 public:
  ObjectSlab() = default;
  ObjectSlab(const ObjectSlab&) = delete;
  ObjectSlab& operator=(const ObjectSlab&) = delete;
  ~ObjectSlab() {
    forEach([](T& t) { std::destroy_at(&t); });
  }

  template <class... Args>
  T& make(Args&&... args) {
    if (chunks_.empty() || chunks_.back().made == chunks_.back().room) grow();
    Chunk& chunk = chunks_.back();
    T* t = std::construct_at(chunk.first() + chunk.made, std::forward<Args>(args)...);
    ++chunk.made;
    return *t;
  }

  // In the order in which they were made. `f` makes none.
  template <class F>
  void forEach(F&& f) const {
    (void)anyOf([&f](T& t) {
      f(t);
      return false;
    });
  }
  // Whether `f` holds for one; the rest is not asked.
  template <class F>
  bool anyOf(F&& f) const {
    for (const Chunk& chunk : chunks_) {
      for (size_t i = 0; i < chunk.made; ++i) {
        if (f(chunk.first()[i])) return true;
      }
    }
    return false;
  }

 private:
  static constexpr size_t kFirstChunk = 2;
  static constexpr size_t kLargestChunk = 64;
  struct alignas(T) Place {
    std::byte bytes[sizeof(T)];
  };
  struct Chunk {
    std::unique_ptr<Place[]> places;
    size_t room;
    size_t made = 0;
    T* first() const { return reinterpret_cast<T*>(places.get()); }
  };
  void grow() {
    const size_t room = chunks_.empty() ? kFirstChunk : std::min(chunks_.back().room * 2, kLargestChunk);
    chunks_.push_back({std::make_unique_for_overwrite<Place[]>(room), room});
  }

  std::vector<Chunk> chunks_;
};

}  // namespace orrery::sim
