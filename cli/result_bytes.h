#pragma once

#include <string>
#include <string_view>

#include "sim/world/run_result.h"

namespace orrery::cli {

// A result on its way from one process to another of the same program: all but recording, capture and how a replay fitted.
void appendResult(const sim::RunResult& result, std::string& out);
// Takes one from the front of `in`. False: it is cut off.
bool takeResult(std::string_view& in, sim::RunResult& out);

}  // namespace orrery::cli
