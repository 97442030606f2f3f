#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tests/conformance/play.h"

namespace orrery::conformance {

// What random calls seldom meet and a proxy meets in production.
enum class Hard : uint8_t {
  kPipeAfterReset,
  kReadAfterReset,
  kHangUpWithError,
  kLingerZeroUnread,
  kAcceptAfterReset,
  kFullBacklog,
  kWriteInCloseWait,
  kBothClose,
};
inline constexpr size_t kHards = 8;
std::string_view hardName(Hard hard);

// How often each (operation, state, result) was seen.
class Tally {
 public:
  void add(const Transcript& transcript);
  uint64_t of(Hard hard) const { return hard_[static_cast<size_t>(hard)]; }
  std::string table() const;

 private:
  std::map<std::string, uint64_t> seen_;
  std::array<uint64_t, kHards> hard_{};
};

}  // namespace orrery::conformance
