#include "proxy/base/did_you_mean.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery {

namespace {

// Case and the kind of dash are no differences worth counting.
char folded(char c) { return c == '-' ? '_' : asciiLower(c); }

bool alike(char a, char b) { return folded(a) == folded(b); }

// How many letters are missing, too many, others, or (once each) exchanged with their neighbour.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (alike(a[i - 1], b[j - 1]) ? 0u : 1u)});
      if (i > 1 && j > 1 && alike(a[i - 1], b[j - 2]) && alike(a[i - 2], b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearestOf(std::string_view given, const std::vector<std::string_view>& known) {
  constexpr size_t kMaxLength = 100;
  if (given.empty() || given.size() > kMaxLength) return {};
  std::string_view best;
  size_t bestDistance = std::max<size_t>(1, given.size() / 3) + 1;
  for (std::string_view name : known) {
    if (name.size() > kMaxLength) continue;
    if (const size_t d = distance(given, name); d < bestDistance) {
      best = name;
      bestDistance = d;
    }
  }
  return best;
}

std::string didYouMean(std::string_view given, const std::vector<std::string_view>& known) {
  const std::string_view best = nearestOf(given, known);
  return best.empty() ? "" : "; did you mean '" + std::string(best) + "'?";
}

}  // namespace orrery
