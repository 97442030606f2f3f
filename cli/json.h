#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/story_result.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Keys in the order in which they are written: two equal results are equal documents.
using Json = nlohmann::ordered_json;

// Its broken checks.
Json failuresJson(const sim::RunResult& result);
// The fields of one run that the README promises, and ours.
Json runJson(const RunRecord& record);
// A list of name, what, runs.
Json marksJson(const MarkCounts& counts);
// To standard output, one document. Texts that are not UTF-8 come out with replacement characters.
void printJson(const Terminal& terminal, const Json& json);

}  // namespace orrery::cli
