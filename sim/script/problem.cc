#include "sim/script/problem.h"

#include <algorithm>

namespace orrery::script {

namespace {

// Levenshtein distance, in one row.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

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

std::string didYouMean(std::string_view given, const std::vector<std::string_view>& known) {
  constexpr size_t kMaxLength = 60;
  if (given.empty() || given.size() > kMaxLength) return "";
  std::string_view best;
  size_t bestDistance = std::max<size_t>(1, given.size() / 3) + 1;
  for (const std::string_view name : known) {
    const size_t d = distance(given, name);
    if (d < bestDistance) {
      best = name;
      bestDistance = d;
    }
  }
  if (best.empty()) return "";
  return "; did you mean '" + std::string(best) + "'?";
}

}  // namespace orrery::script
