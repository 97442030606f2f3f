#include "cli/live/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace orrery::live {

namespace {

namespace fs = std::filesystem;

// Sockets of TCP connections in the process's network, as links of /proc/PID/fd name them (proc(5)).
std::set<std::string> connectionsOf(const std::string& folder) {
  std::set<std::string> out;
  for (const char* const table : {"/net/tcp", "/net/tcp6"}) {
    std::ifstream in(folder + table);
    std::string line;
    std::getline(in, line);  // the columns' names
    while (std::getline(in, line)) {
      std::istringstream words(line);
      std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
      constexpr std::string_view kListens = "0A";
      if (state != kListens) out.insert("socket:[" + inode + "]");
    }
  }
  return out;
}

}  // namespace

uint64_t descriptorLimitFor(pid_t process, uint64_t connections) {
  const std::string folder = "/proc/" + std::to_string(process);
  const std::set<std::string> sockets = connectionsOf(folder);
  std::set<uint64_t> taken;
  uint64_t room = connections;
  std::error_code error;
  for (const fs::directory_entry& descriptor : fs::directory_iterator(folder + "/fd", error)) {
    taken.insert(std::stoull(descriptor.path().filename().string()));
    if (room > 0 && sockets.contains(fs::read_symlink(descriptor.path(), error).string())) --room;
  }
  // A new descriptor has the lowest number that is free: so many of those are below the limit.
  uint64_t limit = 0;
  while (room > 0 || taken.contains(limit)) {
    if (!taken.contains(limit)) --room;
    ++limit;
  }
  return limit;
}

uint64_t setDescriptorLimit(pid_t process, uint64_t limit) {
  rlimit now{};
  if (::prlimit(process, RLIMIT_NOFILE, nullptr, &now) != 0) return 0;
  const rlimit wanted{std::min<rlim_t>(limit, now.rlim_max), now.rlim_max};
  return ::prlimit(process, RLIMIT_NOFILE, &wanted, nullptr) == 0 ? now.rlim_cur : 0;
}

}  // namespace orrery::live
