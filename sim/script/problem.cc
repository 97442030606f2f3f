#include "sim/script/problem.h"

#include <algorithm>

namespace orrery::script {

std::string toLine(const Problem& problem, std::string_view file) {
  std::string out(file);
  if (problem.mark.line > 0) {
    out += ':' + std::to_string(problem.mark.line) + ':' + std::to_string(problem.mark.column);
  }
  out += ": error: ";
  if (!problem.path.empty()) out += problem.path + ": ";
  out += problem.message;
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace orrery::script
