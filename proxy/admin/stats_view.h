#pragma once

#include <string>
#include <vector>

#include "proxy/admin/admin_host.h"
#include "proxy/base/status.h"
#include "proxy/stats/output.h"

namespace orrery::admin {

struct StatSelection {
  bool usedOnly = false;
  std::string filter;  // regular expression to be found in the name; empty: all
  std::string type;    // "Counters", "Gauges", "Histograms"; empty: all
};

// The chosen statistics in order of name. Those that Envoy makes on first use (response codes) are left out while zero.
// Errors: the expression's.
Result<std::vector<stats::Total>> selectStats(AdminHost& host, const StatSelection& selection);

// As /stats?format=json; the other texts are those of proxy/stats/output.h.
std::string statsJson(const std::vector<stats::Total>& totals);

}  // namespace orrery::admin
