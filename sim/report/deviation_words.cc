#include "sim/report/deviation_words.h"

#include <algorithm>
#include <array>

#include "sim/core/sites.h"

namespace orrery::sim {

namespace {

// By value, from 1 on; the last stands for all above it.
constexpr std::array<std::string_view, 5> kLate = {"wakes only when one more thing has become ready",
                                                   "wakes only when two more things have become ready",
                                                   "wakes 10 us late", "wakes 1 ms late", "wakes 20 ms late"};
constexpr std::array<std::string_view, 4> kSlow = {"takes 10 us longer", "takes 300 us longer", "takes 5 ms longer",
                                                   "takes 40 ms longer"};
constexpr std::array<std::string_view, 3> kShort = {"all but one byte", "half of the bytes", "one byte"};

template <size_t N>
std::string_view at(const std::array<std::string_view, N>& words, uint64_t value) {
  return words[value == 0 ? 0 : std::min<uint64_t>(value - 1, N - 1)];
}

std::string others(uint64_t value) {
  if (value >= 3) return "all others that can run";
  return value == 1 ? "one other" : "two others";
}

std::string inWords(Site site, const std::string& who, uint64_t value) {
  switch (site) {
    case Site::kThreadOrder: return who + " waits until " + others(value) + " went ahead";
    case Site::kThreadAgain: return who + " waits once more until " + others(value) + " went ahead";
    case Site::kAtomicPoint: return who + " waits before an atomic until " + others(value) + " went ahead";
    case Site::kMutexLockPoint: return who + " waits before a lock until " + others(value) + " went ahead";
    case Site::kMutexUnlockPoint: return who + " waits after an unlock until " + others(value) + " went ahead";
    case Site::kPostPoint: return who + " waits after a post until " + others(value) + " went ahead";
    case Site::kReadyOrder: return who + " is ready, and served after " + std::to_string(value) + " more";
    case Site::kTimerTie: return who + " fires after " + std::to_string(value) + " more of the same deadline";
    case Site::kLateness: return who + ' ' + std::string(at(kLate, value));
    case Site::kLinkDelay: return "what " + who + " carries " + std::string(at(kSlow, value));
    case Site::kLinkLoss: return "what " + who + " carries is lost";
    case Site::kReadBytes: return "a read of " + who + " gives " + std::string(at(kShort, value));
    case Site::kWriteBytes: return "a write to " + who + " takes " + std::string(at(kShort, value));
    case Site::kFaultStrikes: return who + " strikes";
    default: return who + " draws " + std::to_string(value);
  }
}

}  // namespace

std::string deviationInWords(std::string_view choice, uint64_t value) {
  const size_t last = choice.rfind(':');
  const size_t middle = last == std::string_view::npos || last == 0 ? last : choice.rfind(':', last - 1);
  if (middle == std::string_view::npos || middle == last) return std::string(choice);
  const auto site = siteByName(choice.substr(middle + 1, last - middle - 1));
  return site ? inWords(*site, std::string(choice.substr(0, middle)), value) : std::string(choice);
}

}  // namespace orrery::sim
