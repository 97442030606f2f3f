#include "cli/budget.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "sim/script/units.h"

namespace orrery::cli {

std::optional<Budget> Budget::parse(const std::string& text) {
  for (const std::string_view unit : {"runs", "run"}) {
    if (!text.ends_with(unit)) continue;
    const auto n = parseDecimal(trim(std::string_view(text).substr(0, text.size() - unit.size())));
    if (!n || *n == 0) return std::nullopt;
    return Budget{*n, 0};
  }
  const auto d = script::parseDuration(text);
  if (!d || *d <= Duration::zero()) return std::nullopt;
  return Budget{0, d->inNanoseconds()};
}

Budget Budget::share(uint64_t n) const {
  if (runs != 0) return {std::max<uint64_t>(runs / n, 1), 0};
  return {0, std::max<int64_t>(ns / static_cast<int64_t>(n), 1)};
}

}  // namespace orrery::cli
