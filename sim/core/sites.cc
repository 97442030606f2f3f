#include "sim/core/sites.h"

#include <array>

namespace orrery::sim {

namespace {

constexpr std::array<SiteInfo, kSites> kTable = {{
    {"thread_order", SiteKind::kSchedule, false},
    {"atomic_point", SiteKind::kSchedule, false},
    {"mutex_lock_point", SiteKind::kSchedule, false},
    {"mutex_unlock_point", SiteKind::kSchedule, false},
    {"post_point", SiteKind::kSchedule, false},
    {"ready_order", SiteKind::kSchedule, false},
    {"timer_tie", SiteKind::kTie, false},
    {"lateness", SiteKind::kLateness, false},
    {"link_delay", SiteKind::kDelay, true},
    {"link_loss", SiteKind::kLoss, false},
    {"read_bytes", SiteKind::kBytes, true},
    {"write_bytes", SiteKind::kBytes, true},
    {"reuse_port_pick", SiteKind::kDraw, false},
    {"random", SiteKind::kDraw, false},
    {"entropy_bytes", SiteKind::kEntropy, false},
    {"sequence_number", SiteKind::kDraw, false},
    {"actor_draw", SiteKind::kDraw, false},
    {"link_draw", SiteKind::kDraw, false},
    {"fault_strikes", SiteKind::kFault, false},
    {"cpu_draw", SiteKind::kDraw, false},
    {"thread_again", SiteKind::kSchedule, false},
}};

}  // namespace

const SiteInfo& siteInfo(Site site) { return kTable[static_cast<size_t>(site)]; }

std::optional<Site> siteByName(std::string_view name) {
  for (size_t i = 0; i < kSites; ++i) {
    if (kTable[i].name == name) return static_cast<Site>(i);
  }
  return std::nullopt;
}

std::string_view siteKindName(SiteKind kind) {
  constexpr std::string_view kNames[kSiteKinds] = {"schedule", "tie",   "lateness", "delay",   "loss",
                                                   "fault",    "bytes", "draw",     "entropy", "payload"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace orrery::sim
