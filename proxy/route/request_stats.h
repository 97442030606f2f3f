#pragma once

#include <string>

#include "proxy/stats/response_codes.h"

namespace orrery::route {

// Statistics of those requests of a virtual host that are looked at together, beside their cluster's: a virtual cluster's,
// "vhost.<host>.vcluster.<name>.", or those of routes with one stat_prefix, "vhost.<host>.route.<prefix>.".
struct RequestStats {
  stats::CounterId upstream_rq_retry;
  stats::CounterId upstream_rq_retry_limit_exceeded;
  stats::CounterId upstream_rq_retry_overflow;
  stats::CounterId upstream_rq_retry_success;
  stats::CounterId upstream_rq_timeout;
  stats::CounterId upstream_rq_total;  // tries that got a connection
  stats::HistogramId upstream_rq_time;
  stats::ResponseCodeStats codes;

  RequestStats(stats::Layout& layout, const std::string& prefix);
};

}  // namespace orrery::route
