#pragma once

namespace orrery::cli {

// Promises to scripts.
enum ExitCode : int {
  kNothingFailed = 0,
  kClaimFailed = 1,
  kBadInput = 2,     // wrong use, or a file that cannot be used
  kNotRepeated = 3,  // a run could not be repeated exactly
  kOwnError = 4,
};

}  // namespace orrery::cli
