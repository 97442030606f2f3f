#pragma once

#include <array>
#include <string_view>

namespace orrery::cli {

// Commands that are promised and not built yet. They answer one line and exit with kBadInput, so that a script which needs
// them fails where it calls them.
struct LaterCommand {
  std::string_view name;
  std::string_view does;
  std::string_view example;
};

inline constexpr std::array<LaterCommand, 2> kLaterCommands = {{
    {"import", "real traffic to a scenario", "orrery import pcap traffic.pcap -o first.yaml"},
    {"replay-trace", "a production recording on the simulator", "orrery replay-trace recording/"},
}};

}  // namespace orrery::cli
