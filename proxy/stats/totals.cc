#include <algorithm>
#include <map>

#include "proxy/stats/output.h"

namespace orrery::stats {
namespace {

std::vector<Bin> mergedBins(uint32_t index, std::span<const Block* const> blocks) {
  // By exponent, then mantissa: that is by value; the zero bin has both zero.
  std::map<std::pair<int32_t, uint32_t>, uint64_t> sums;
  for (const Block* block : blocks) {
    block->histogram(index).forEachBin([&](const Bin& bin) { sums[{bin.exponent, bin.mantissa}] += bin.count; });
  }
  std::vector<Bin> bins;
  for (const auto& [key, count] : sums) bins.push_back({key.second, key.first, count});
  return bins;
}

// kBinWidths[e] is 10^(e-1): the width of a bin of exponent e.
constexpr double kBinWidths[Histogram::kDecades + 1] = {1e-1, 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                                        1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
static_assert(kBinWidths[Histogram::kDecades] == 1e19);
double widthOf(const Bin& bin) { return bin.mantissa == 0 ? 0 : kBinWidths[bin.exponent]; }
double leftOf(const Bin& bin) { return bin.mantissa == 0 ? 0 : bin.mantissa / 10.0 * kBinWidths[bin.exponent + 1]; }

// Those that only traffic named. A name that the layout has too is added to it.
void addNamed(const Layout& layout, std::span<const Block* const> blocks, std::vector<Total>& totals) {
  std::map<std::string_view, uint64_t> sums;
  for (const Block* block : blocks) {
    for (const auto* at = block->named().newest(); at != nullptr; at = at->older.get())
      sums[at->name] += at->value.value();
  }
  for (const auto& [name, value] : sums) {
    if (layout.find(name) == nullptr) {
      totals.push_back({name, Kind::kCounter, value, {}});
    } else {
      std::ranges::find(totals, name, &Total::name)->value += value;
    }
  }
}

}  // namespace

std::vector<Total> sumBlocks(const Layout& layout, std::span<const Block* const> blocks) {
  std::vector<Total> totals;
  totals.reserve(layout.names().size());
  for (const StatName& stat : layout.names()) {
    Total total{stat.name, stat.kind, 0, {}};
    if (stat.kind == Kind::kHistogram) {
      total.bins = mergedBins(stat.index, blocks);
    } else {
      // A gauge may be raised on one worker and lowered on another: cells wrap, the sum is right.
      for (const Block* block : blocks) total.value += block->cell(stat.index);
    }
    totals.push_back(std::move(total));
  }
  addNamed(layout, blocks, totals);
  std::sort(totals.begin(), totals.end(), [](const Total& a, const Total& b) { return a.name < b.name; });
  return totals;
}

// As circllhist: the k-th of n values of a bin lies at k / (n + 1) of its width, and a value of the bin counts for the sum as
// the bin's harmonic mean.
HistogramSummary summarise(std::span<const Bin> bins) {
  HistogramSummary s;
  for (const Bin& bin : bins) {
    s.count += bin.count;
    if (bin.mantissa == 0) continue;
    const double left = leftOf(bin);
    const double right = left + widthOf(bin);
    s.sum += 2 * left * right / (left + right) * static_cast<double>(bin.count);
  }
  if (s.count == 0) return s;
  size_t at = 0;
  uint64_t below = 0;
  for (size_t q = 0; q < s.quantiles.size(); ++q) {
    const double wanted = HistogramSummary::kQuantiles[q] * static_cast<double>(s.count);
    auto rank = static_cast<uint64_t>(wanted);
    if (static_cast<double>(rank) < wanted) ++rank;
    rank = std::clamp<uint64_t>(rank, 1, s.count);
    while (below + bins[at].count < rank) below += bins[at++].count;
    const double inside = static_cast<double>(rank - below) / static_cast<double>(bins[at].count + 1);
    s.quantiles[q] = leftOf(bins[at]) + widthOf(bins[at]) * inside;
  }
  return s;
}

uint64_t countUpTo(std::span<const Bin> bins, double limit) {
  uint64_t count = 0;
  for (const Bin& bin : bins) {
    if (leftOf(bin) <= limit) count += bin.count;
  }
  return count;
}

}  // namespace orrery::stats
