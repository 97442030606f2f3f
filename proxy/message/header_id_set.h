#pragma once

#include <cstdint>
#include <initializer_list>

#include "proxy/message/header_id.h"

namespace orrery::message {

// A set of known header names: one bit each. kOther is never in it. A value; constexpr, so that rules may be tables.
class HeaderIdSet {
 public:
  constexpr HeaderIdSet() = default;
  constexpr HeaderIdSet(std::initializer_list<HeaderId> ids) {
    for (const HeaderId id : ids) add(id);
  }

  constexpr bool has(HeaderId id) const { return id != HeaderId::kOther && ((words_[word(id)] >> bit(id)) & 1) != 0; }
  // kOther changes nothing.
  constexpr void add(HeaderId id) {
    if (id != HeaderId::kOther) words_[word(id)] |= uint64_t{1} << bit(id);
  }
  constexpr HeaderIdSet operator|(const HeaderIdSet& other) const {
    HeaderIdSet both = *this;
    for (unsigned i = 0; i < kWords; ++i) both.words_[i] |= other.words_[i];
    return both;
  }
  constexpr HeaderIdSet& operator|=(const HeaderIdSet& other) { return *this = *this | other; }

 private:
  static constexpr unsigned kWords = 2;
  static_assert(static_cast<unsigned>(HeaderId::kCount) <= kWords * 64, "a bit for every known name");
  static constexpr unsigned word(HeaderId id) { return static_cast<unsigned>(id) / 64; }
  static constexpr unsigned bit(HeaderId id) { return static_cast<unsigned>(id) % 64; }

  uint64_t words_[kWords] = {};
};

}  // namespace orrery::message
