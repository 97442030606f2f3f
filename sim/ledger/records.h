#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/base/assert.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

// An append-only list of records numbered from 1 in order of creation. References stay valid until the record is dropped.
// A long load run drops old records once its checks have seen them, so memory stays bounded; chunks are reused.
//
// Bounds: add() beyond what memory holds is the caller's affair; dropBefore() is the valve.
template <class T>
class Records {
 public:
  static constexpr size_t kChunk = 128;

  // A fresh default-constructed record; its number is lastId().
  T& add() {
    const SimulatorCode scope;  // actors of several logical threads write one ledger
    if (next_ % kChunk == 0) {
      if (spare_.empty()) {
        chunks_.push_back(std::make_unique<Chunk>());
      } else {
        chunks_.push_back(std::move(spare_.back()));
        spare_.pop_back();
      }
    }
    T& record = (*chunks_[next_ / kChunk - droppedChunks_]).items[next_ % kChunk];
    ++next_;
    record = T{};
    record.id = next_;
    return record;
  }

  // The record with this number; it must exist and not be dropped.
  T& at(uint64_t id) {
    const SimulatorCode scope;
    ORRERY_ASSERT(id > dropped_ && id <= next_, "the record exists and was not dropped");
    return (*chunks_[(id - 1) / kChunk - droppedChunks_]).items[(id - 1) % kChunk];
  }
  const T& at(uint64_t id) const { return const_cast<Records*>(this)->at(id); }
  bool has(uint64_t id) const {
    const SimulatorCode scope;
    return id > dropped_ && id <= next_;
  }

  // Records firstId()..lastId() exist; firstId() > lastId() means none.
  uint64_t firstId() const { return dropped_ + 1; }
  uint64_t lastId() const { return next_; }
  // How many were ever added.
  uint64_t added() const { return next_; }

  // Forgets all records numbered below `id`.
  void dropBefore(uint64_t id) {
    if (id > next_ + 1) id = next_ + 1;
    if (id <= dropped_ + 1) return;
    dropped_ = id - 1;
    size_t n = dropped_ / kChunk - droppedChunks_;
    if (n == 0) return;
    for (size_t i = 0; i < n; ++i) spare_.push_back(std::move(chunks_[i]));
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<ptrdiff_t>(n));
    droppedChunks_ += n;
  }

  // Empty again, memory kept.
  void clear() {
    for (auto& chunk : chunks_) spare_.push_back(std::move(chunk));
    chunks_.clear();
    next_ = dropped_ = 0;
    droppedChunks_ = 0;
  }

 private:
  struct Chunk {
    T items[kChunk];
  };
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::unique_ptr<Chunk>> spare_;
  uint64_t next_ = 0;
  uint64_t dropped_ = 0;
  uint64_t droppedChunks_ = 0;
};

}  // namespace orrery::sim
