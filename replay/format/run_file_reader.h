#pragma once

#include <cstddef>
#include <string_view>

#include "proxy/base/status.h"
#include "replay/format/run_file.h"

namespace orrery::replay {

// Bounds of what is read; a file beyond them is refused.
inline constexpr size_t kMaxRunFileBytes = 64u << 20;
inline constexpr size_t kMaxRunFileLine = 64u << 10;
inline constexpr size_t kMaxRunFileDeviations = 1u << 20;

// Reads the text of a .run file. The error names the line and what is wrong with it: "line 1: this is no .run file ...",
// without the file's name. Input may be hostile. Whether a deviation's key is one that this build knows is not asked here.
Result<RunFile> readRunFile(std::string_view text);

}  // namespace orrery::replay
