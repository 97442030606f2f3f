#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace orrery::http {

// Memory of one size, used again: streams come and go with every request. Lifetime: outlives what was made in it; one per
// worker and connection manager. Bounds: keeps at most kMaxIdle pieces.
class StreamPool {
 public:
  static constexpr size_t kMaxIdle = 1024;
  StreamPool() = default;
  StreamPool(const StreamPool&) = delete;
  StreamPool& operator=(const StreamPool&) = delete;
  ~StreamPool() {
    while (idle_ != nullptr) ::operator delete(std::exchange(idle_, idle_->next));
  }

  // Room for an object of `size` bytes, always the same.
  void* take(size_t size) {
    Header* h = idle_;
    if (h != nullptr) {
      idle_ = h->next;
      --idleCount_;
    } else {
      h = static_cast<Header*>(::operator new(sizeof(Header) + size));
      h->pool = this;
    }
    return h + 1;
  }
  // Gives back what take() of any pool returned.
  static void give(void* object) {
    Header* h = static_cast<Header*>(object) - 1;
    StreamPool& pool = *h->pool;
    if (pool.idleCount_ == kMaxIdle) return ::operator delete(h);
    h->next = std::exchange(pool.idle_, h);
    ++pool.idleCount_;
  }

 private:
  struct alignas(std::max_align_t) Header {
    StreamPool* pool;
    Header* next;
  };
  Header* idle_ = nullptr;
  size_t idleCount_ = 0;
};

}  // namespace orrery::http
