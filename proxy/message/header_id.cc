#include "proxy/message/header_id.h"

#include <cstddef>
#include <iterator>

namespace orrery::message {
namespace {

constexpr std::string_view kNames[] = {
#define ORRERY_X(id, name) name,
    ORRERY_HEADER_IDS(ORRERY_X)
#undef ORRERY_X
};
constexpr size_t kNameCount = std::size(kNames);
constexpr unsigned kTableBits = 10;

// What tells the names of the table apart: the length and three characters. That it does is checked at compile time: with
// two names of equal key no multiplier would be found.
constexpr uint64_t keyOf(std::string_view s) {
  const size_t n = s.size();
  const char* const p = s.data();
  const auto middle = static_cast<unsigned char>(p[n / 2]);
  const auto fourthLast = static_cast<unsigned char>(p[n < 4 ? 0 : n - 4]);
  const auto last = static_cast<unsigned char>(p[n - 1]);
  return n | uint64_t{middle} << 8 | uint64_t{last} << 16 | uint64_t{fourthLast} << 24;
}
constexpr size_t slotOf(uint64_t key, uint64_t multiplier) {
  return static_cast<size_t>((key * multiplier) >> (64 - kTableBits));
}

struct Table {
  uint64_t multiplier = 0;
  uint8_t place[size_t{1} << kTableBits] = {};  // the id plus 1; 0: none
};

// The first multiplier of a fixed sequence under which no two names share a slot.
consteval Table makeTable() {
  uint64_t keys[kNameCount] = {};
  for (size_t i = 0; i < kNameCount; ++i) keys[i] = keyOf(kNames[i]);
  uint64_t state = 0x9e3779b97f4a7c15ULL;
  for (int attempt = 0; attempt < 500; ++attempt) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    Table t;
    t.multiplier = state | 1;
    size_t i = 0;
    for (; i < kNameCount; ++i) {
      uint8_t& place = t.place[slotOf(keys[i], t.multiplier)];
      if (place != 0) break;
      place = static_cast<uint8_t>(i + 1);
    }
    if (i == kNameCount) return t;
  }
  return {};
}

constexpr Table kTable = makeTable();
static_assert(kTable.multiplier != 0, "no perfect hash found: the key must look at more characters");

}  // namespace

std::string_view headerName(HeaderId id) {
  const auto i = static_cast<size_t>(id);
  return i < kNameCount ? kNames[i] : std::string_view();
}

HeaderId headerIdOf(std::string_view lowerName) {
  if (lowerName.empty()) return HeaderId::kOther;
  const unsigned place = kTable.place[slotOf(keyOf(lowerName), kTable.multiplier)];
  if (place == 0 || kNames[place - 1] != lowerName) return HeaderId::kOther;
  return static_cast<HeaderId>(place - 1);
}

}  // namespace orrery::message
