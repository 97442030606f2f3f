#pragma once

#include <string>
#include <string_view>

namespace orrery::script {

// Where something stands in a file, from 1; 0: the whole file.
struct Mark {
  int line = 0;
  int column = 0;
};

// One thing that is wrong in a scenario file.
struct Problem {
  Mark mark;
  std::string path;     // "story.client[1].body"; empty: the file
  std::string message;  // "expected ..., found ..."
};

// "f.yaml:3:5: error: story.client[1]: expected ..., found ...", one line whatever the texts hold.
std::string toLine(const Problem& problem, std::string_view file);

}  // namespace orrery::script
