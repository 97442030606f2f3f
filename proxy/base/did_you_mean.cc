#include "proxy/base/did_you_mean.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery {

namespace {

// Case and the kind of dash are no differences worth counting.
char folded(char c) { return c == '-' ? '_' : asciiLower(c); }

// Levenshtein distance, in one row.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (folded(a[i - 1]) == folded(b[j - 1]) ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string didYouMean(std::string_view given, const std::vector<std::string_view>& known) {
  constexpr size_t kMaxLength = 100;
  if (given.empty() || given.size() > kMaxLength) return "";
  std::string_view best;
  size_t bestDistance = std::max<size_t>(1, given.size() / 3) + 1;
  for (std::string_view name : known) {
    if (name.size() > kMaxLength) continue;
    if (const size_t d = distance(given, name); d < bestDistance) {
      best = name;
      bestDistance = d;
    }
  }
  if (best.empty()) return "";
  return "; did you mean '" + std::string(best) + "'?";
}

}  // namespace orrery
