#pragma once

#include <string>

#include "replay/format/run_file.h"

namespace orrery::replay {

// The text of a .run file, integrity line included.
std::string writeRunFile(const RunFile& file);

}  // namespace orrery::replay
