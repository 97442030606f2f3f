#include "proxy/route/request_stats.h"

namespace orrery::route {

RequestStats::RequestStats(stats::Layout& layout, const std::string& prefix)
    : upstream_rq_retry(layout.counter(prefix + "upstream_rq_retry")),
      upstream_rq_retry_limit_exceeded(layout.counter(prefix + "upstream_rq_retry_limit_exceeded")),
      upstream_rq_retry_overflow(layout.counter(prefix + "upstream_rq_retry_overflow")),
      upstream_rq_retry_success(layout.counter(prefix + "upstream_rq_retry_success")),
      upstream_rq_timeout(layout.counter(prefix + "upstream_rq_timeout")),
      upstream_rq_total(layout.counter(prefix + "upstream_rq_total")),
      upstream_rq_time(layout.histogram(prefix + "upstream_rq_time")),
      codes(layout, prefix) {}

}  // namespace orrery::route
