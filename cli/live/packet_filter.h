#pragma once

#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "sim/ledger/ip_address.h"
#include "sim/scenario/fault.h"

namespace orrery::live {

// One way between hosts on which segments vanish.
struct Way {
  std::vector<sim::IpAddress> from;
  std::vector<sim::IpAddress> to;
};

// The packet filter of the network of the calling thread (nftables, by the program nft): what links and partitions do to segments.
// A rule sees a segment where it would arrive, so that its sender learns nothing. Blocks for some milliseconds.

// Whether this machine has nft.
bool canDropPackets();
// From now on segments of these ways that fit vanish, as `strikes` says (matching, port, ratio, first). `name`: a word of its own.
Status dropPackets(const std::string& name, const std::vector<Way>& ways, const sim::Fault& strikes);
void letPacketsPass(const std::string& name);

// What nft reads for it; for tests.
std::string dropRules(const std::string& name, const std::vector<Way>& ways, const sim::Fault& strikes);

}  // namespace orrery::live
