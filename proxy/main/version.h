#pragma once

#include <string>

namespace orrery::main {

// "orrery-proxy 0.1.0 (revision, preset, compiler)".
std::string versionLine();
// What /server_info calls the version: "revision/0.1.0/preset".
std::string serverVersion();

}  // namespace orrery::main
