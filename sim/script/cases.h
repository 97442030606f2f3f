#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sim/script/problem.h"

// One story, a table of cases:
//
//   cases:
//     quick: { after: 1s, status: 200 }
//     slow:  { after: 20s, status: 504 }
//
// and `${after}` anywhere in the rest of the file. Each case is a scenario of its own, called FILE#CASE.
namespace orrery::script {

// "a.yaml#quick" in its two parts; a path without # has no case.
struct CasePath {
  std::string file;
  std::string name;
};
CasePath splitCase(const std::string& path);

// The names in the order of the file; empty: it has none (or is no YAML, which its reader says).
std::vector<std::string> caseNames(std::string_view text);

// The scenario of one case: each `${parameter}` is its value, the table's lines are empty, so that all others keep their numbers.
// A text without a table is its own only case, the one without a name. Values are put in as they are written.
std::expected<std::string, Problem> resolveCase(std::string_view text, std::string_view name);

}  // namespace orrery::script
