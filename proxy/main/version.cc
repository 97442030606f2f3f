#include "proxy/main/version.h"

#include "proxy/main/build_info.h"

namespace orrery::main {

std::string versionLine() {
  const BuildInfo& b = buildInfo();
  return "orrery-proxy " + b.version + " (" + b.revision + ", " + b.preset + ", " + b.compiler + ")";
}

std::string serverVersion() {
  const BuildInfo& b = buildInfo();
  return b.revision + "/" + b.version + "/" + b.preset;
}

}  // namespace orrery::main
