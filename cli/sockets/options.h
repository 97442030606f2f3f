#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::sockets {

// An option of socket(7) or tcp(7) that both kernels have here. SO_LINGER is one number: -1 off, 0 resets at close.
struct Option {
  std::string_view name;
  int level;
  int number;
  int64_t least;
  int64_t most;
  bool readOnly;
};

const Option* findOption(std::string_view name);
std::string optionNames();

// tcp(7) takes TCP_DEFER_ACCEPT in seconds, Linux counts in SYN-ACK periods of 1, 2, 4 ... seconds and answers in seconds of these.
uint32_t periodsOfSeconds(int64_t seconds);
int64_t secondsOfPeriods(uint32_t periods);

}  // namespace orrery::sockets
