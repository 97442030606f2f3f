#pragma once

#include <memory>
#include <string_view>

#include "cli/sockets/backend.h"

namespace orrery::conformance {

// Bugs that a kernel's TCP could have, planted around the simulated back end.
enum class Bug : uint8_t {
  kUnreadBytesAreForgotten,  // close with unread bytes sends FIN, not RST
  kErrorIsToldTwice,         // a pending error stays pending
  kBacklogIsOneLarger,       // the accept queue holds one more than asked for
  kLingerZeroIsIgnored,      // abort is close
  kHangUpIsNotTold,          // no HUP when both directions are shut
  kResetDropsUnread,         // what had arrived before a reset cannot be read any more
  kHalfCloseEndsBoth,        // shutdown of writing shuts reading too
};
inline constexpr int kBugs = 7;
std::string_view bugName(Bug bug);

std::unique_ptr<sockets::Backend> newMutant(Bug bug, const std::vector<std::string>& hosts);

}  // namespace orrery::conformance
