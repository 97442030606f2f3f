#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::cli {

// The scenario files behind the words PATH... of a command line: files as they are named, folders with all that is below
// them, in the order of their paths. In folders a scenario is any *.yaml, *.yml or *.json that is not an Envoy bootstrap;
// folders called "bootstraps" are skipped. The error is one line that begins with the path.
Result<std::vector<std::string>> discoverScenarios(const std::vector<std::string>& paths);

// "; did you mean 'folder/a.yaml'?" for a path that is not there, by what lies where it should: the same name with another ending, else
// the nearest name. Empty: nothing is near.
std::string nearestFile(const std::string& path);

// Whether a text has top-level keys of an Envoy bootstrap and none of a scenario. A guess by its lines: nothing is parsed.
bool looksLikeBootstrap(std::string_view text);

// The witnesses of a scenario: <stem>.witness.run, <stem>.witness.2.run, ... beside it, in the order of their names.
std::vector<std::string> discoverWitnesses(const std::string& scenario);
// "a/b.yaml" -> "a/b"; of a case, "a/b.yaml#quick" -> "a/b.quick".
std::string withoutExtension(const std::string& path);
// A file with cases as all of them, FILE#CASE; others as they are. Files that cannot be read stay: their compiler says why.
std::vector<std::string> eachCase(const std::vector<std::string>& files);

}  // namespace orrery::cli
