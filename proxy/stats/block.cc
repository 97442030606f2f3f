#include "proxy/stats/block.h"

namespace orrery::stats {

Block::Block(const Layout& layout)
    : layout_(layout),
      cells_(std::make_unique<Counter[]>(layout.cellCount())),
      histograms_(std::make_unique<Histogram[]>(layout.histogramCount())) {}

}  // namespace orrery::stats
