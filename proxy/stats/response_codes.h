#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "proxy/stats/block.h"
#include "proxy/stats/layout.h"

namespace orrery::stats {

// Response codes of one group: "upstream_rq_200", "upstream_rq_2xx", "upstream_rq_completed", "upstream_rq_time". Codes
// without a name in Envoy's list count in their class only.
struct ResponseCodeStats {
  CounterId completed;
  std::array<CounterId, 6> classes;   // 1xx to 5xx; index 0: any other
  std::array<uint32_t, 500> codes{};  // by code - 100; 0: no cell

  ResponseCodeStats(Layout& layout, const std::string& prefix);
  void charge(Block& block, uint32_t status) const;
  // One more response, of a code that is not told.
  void chargeUntold(Block& block) const { block.add(completed); }
};

}  // namespace orrery::stats
