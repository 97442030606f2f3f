#pragma once

#include <cstdint>
#include <string>

namespace orrery::live {

// What a proxy's configuration and command line look like.
enum class Dialect : uint8_t { kEnvoy, kNginx, kHaproxy };

// The program that is told a story.
struct ProxyProgram {
  std::string name;  // "orrery-proxy", "envoy": for tables
  std::string path;
  Dialect dialect = Dialect::kEnvoy;
};

}  // namespace orrery::live
