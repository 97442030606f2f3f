#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/core/bytes_hash.h"

namespace orrery::sim {

namespace rolling {

// 64 x 64 -> 128 bit multiplication, folded: every input bit reaches every output bit.
inline uint64_t fold(uint64_t a, uint64_t b) {
  const auto p = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(p) ^ static_cast<uint64_t>(p >> 64);
}
inline constexpr std::array<uint64_t, 8> kSecret = {0xa0761d6478bd642fULL, 0xe7037ed1a0b428dbULL, 0x8ebc6af09c88c6e3ULL,
                                                    0x589965cc75374cc3ULL, 0x1d8e4e27c47d124fULL, 0xeb44accab455d165ULL,
                                                    0x9e3779b97f4a7c15ULL, 0xc2b2ae3d27d4eb4fULL};

// Digests the fields of one event. Words are taken in pairs, each pair by one multiplication that waits for no other. Inlined by
// order: the count of words is then known where each is taken.
class FieldHasher {
 public:
  [[gnu::always_inline]] void number(std::string_view /*name*/, uint64_t v) { word(v); }
  [[gnu::always_inline]] void bytes(std::string_view /*name*/, std::string_view v) {
    word(v.size());
    word(hashBytes(v.data(), v.size()));
  }
  [[gnu::always_inline]] void word(uint64_t v) {
    const uint64_t masked = v ^ kSecret[count_ & 7];
    if ((count_ & 1) == 0) {
      pending_ = masked;
    } else {
      digest_ = (digest_ << 7 | digest_ >> 57) ^ fold(pending_, masked);
    }
    ++count_;
  }
  [[gnu::always_inline]] uint64_t digest() const {
    return (count_ & 1) == 0 ? digest_ : digest_ ^ fold(pending_, kSecret[count_ & 7]);
  }

 private:
  uint64_t digest_ = 0;
  uint64_t pending_ = 0;
  unsigned count_ = 0;
};

}  // namespace rolling

// The hash of everything that happened in a run: each event as (time, entity path, number in the closed event list,
// fields), each choice as (key, n, value). Two runs with equal hashes did the same. The value after every kStride-th item
// is kept, so that two runs that differ can be compared down to the stretch in which they part.
class RollingHash {
 public:
  static constexpr uint64_t kStride = 64;

  template <class E>
  void event(int64_t time, uint64_t entity, const E& e) {
    rolling::FieldHasher h;
    h.word(static_cast<uint64_t>(time));
    h.word(entity);
    h.word(static_cast<uint64_t>(E::kNumber));
    e.fields(h);
    take(h.digest());
  }
  void choice(uint64_t key, uint64_t n, uint64_t value) {
    take(rolling::fold(key ^ rolling::kSecret[6], (n << 40) ^ value ^ rolling::kSecret[7]));
  }

  uint64_t value() const { return state_; }
  // Events and choices taken.
  uint64_t count() const { return count_; }
  // checkpoints()[i]: the value after (i + 1) * kStride items.
  const std::vector<uint64_t>& checkpoints() const { return checkpoints_; }
  // Long load runs do not keep them.
  void keepCheckpoints(bool keep) { keep_ = keep; }

 private:
  void take(uint64_t digest) {
    state_ = rolling::fold(state_ ^ digest, rolling::kSecret[0]) + digest;
    if ((++count_ % kStride) == 0 && keep_) [[unlikely]]
      checkpoints_.push_back(state_);
  }

  uint64_t state_ = 0x6f72726572790001ULL;
  uint64_t count_ = 0;
  bool keep_ = true;
  std::vector<uint64_t> checkpoints_;
};

}  // namespace orrery::sim
