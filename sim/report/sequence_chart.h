#pragma once

#include <cstddef>
#include <string>

#include "proxy/base/time.h"
#include "sim/world/recording.h"

namespace orrery::sim {

struct ChartOptions {
  TimePoint until = TimePoint::max();  // the failure, say
  size_t rows = 20;                    // the last ones before `until`
  size_t width = 110;                  // columns, at least 60
  size_t indent = 5;
  // Ends the chart this many rows after the last request was over, and says how many were left out: what is judged at the end of
  // a run happened before connections were taken down. 0: does not.
  size_t rowsAfterLastRequest = 0;
};

// Lines like
//
//        time         client            proxy w0            origin
//        60.000000    ──GET / #2──────▶
//        60.000000                      ──GET / #2 (u1)───▶
//        60.000000                      ◀──FIN (u1)────────
//
// with a column for each host and worker that takes part in these rows. An arrow without a head is a segment that arrives in a
// later row, one that ends in ✗ is lost. Lines end with a line feed; empty if nothing happened.
std::string sequenceChart(const Recording& recording, const ChartOptions& options);

}  // namespace orrery::sim
