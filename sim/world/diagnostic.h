#pragma once

#include <string>

namespace orrery::sim {

// One thing that is wrong with a scenario or with the bootstrap that it names, or worth knowing.
struct Diagnostic {
  bool warning = false;  // else the scenario cannot be run
  std::string file;
  int line = 0;      // from 1; 0: the whole file
  int column = 0;    // from 1; 0: the whole line
  std::string path;  // "story.client[1]", "static_resources.clusters[0].lb_policy"; empty: the file
  std::string message;

  bool operator==(const Diagnostic&) const = default;
};

// "f.yaml:3:5: error: story.client[1]: expected ..., found ...", one line whatever the texts hold.
std::string toLine(const Diagnostic& diagnostic);

}  // namespace orrery::sim
