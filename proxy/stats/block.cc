#include "proxy/stats/block.h"

namespace orrery::stats {

Block::Block(const Layout& layout)
    : layout_(layout),
      cells_(std::make_unique<Counter[]>(layout.cellCount())),
      histograms_(std::make_unique<Histogram[]>(layout.histogramCount())) {}

void Block::resetCounters() {
  for (const StatName& n : layout_.names()) {
    if (n.kind == Kind::kCounter) cells_[n.index].set(0);
  }
  named_.reset();
}

}  // namespace orrery::stats
