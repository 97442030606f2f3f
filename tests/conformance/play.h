#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/sockets/backend.h"
#include "cli/sockets/operation.h"

namespace orrery::conformance {

// What poll and TCP_INFO say of a socket.
struct Look {
  std::string label;
  uint8_t flags = 0;
  std::string state;
};

// One call, what it answered, and every open socket once the world had settled (empty where it was not to).
struct Seen {
  sockets::Operation operation;
  sockets::Outcome outcome;
  std::vector<Look> after;
};
using Transcript = std::vector<Seen>;
using NewBackend = std::function<std::unique_ptr<sockets::Backend>()>;

// Carries out all scripts, many side by side: what takes time is waiting for a world to settle, and they wait together.
enum class Kernel : uint8_t { kSimulated, kReal };
std::vector<Transcript> play(const std::vector<std::vector<sockets::Operation>>& scripts, const NewBackend& newBackend,
                             Kernel kernel);

}  // namespace orrery::conformance
