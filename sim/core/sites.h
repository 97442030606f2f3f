#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace orrery::sim {

// What sort of thing a choice decides. Strategies switch kinds on and off and give them rates.
enum class SiteKind : uint8_t { kSchedule, kTie, kLateness, kDelay, kLoss, kFault, kBytes, kDraw, kEntropy, kPayload };
inline constexpr size_t kSiteKinds = 10;
std::string_view siteKindName(SiteKind kind);

// Every place of the simulated world that asks `choose`, the closed list. Names are stable: they are in .run files. A new
// site is appended here and in sites.cc; a retired one keeps its row.
enum class Site : uint8_t {
  kThreadOrder,     // a runnable thread is held until v others have run (3: all that can)
  kAtomicPoint,     // inside a callback, before an atomic that decides
  kMutexLockPoint,  // before a lock
  kMutexUnlockPoint,
  kPostPoint,       // after a post
  kReadyOrder,      // a ready socket is held until v others of its dispatcher have been served
  kTimerTie,        // a timer is held until v others with the same deadline have fired
  kLateness,        // how late a loop wakes
  kLinkDelay,       // extra time a segment takes
  kLinkLoss,        // a segment is lost (lossy links only)
  kReadBytes,       // a read is short
  kWriteBytes,      // a write is short
  kReusePortPick,   // which of several listening sockets gets a connection
  kRandom,          // io::Random
  kEntropyBytes,    // io::Entropy
  kSequenceNumber,  // first sequence number of a connection
  kActorDraw,       // a scripted actor's own chance
  kLinkDraw,        // jitter and ratios of a link, a rule that strikes with a ratio
  kFaultStrikes,    // a fault that only may strike does (1); never in the plain run
  kCpuDraw,         // how long the callbacks of an iteration take beyond their least
  kThreadAgain,     // as kThreadOrder, of one that was held already and others have run since
};
inline constexpr size_t kSites = 21;

struct SiteInfo {
  std::string_view name;
  SiteKind kind;
  // A value that is out of range in a replay is clamped (true) or becomes 0 (false).
  bool ordered;
};

const SiteInfo& siteInfo(Site site);
std::optional<Site> siteByName(std::string_view name);

}  // namespace orrery::sim
