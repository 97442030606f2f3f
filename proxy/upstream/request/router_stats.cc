#include "proxy/upstream/request/router_stats.h"

namespace orrery::upstream {

RouterStats::RouterStats(stats::Layout& layout, std::string_view hcmStatPrefix) {
  const std::string prefix = "http." + std::string(hcmStatPrefix) + ".";
  noCluster = layout.counter(prefix + "no_cluster");
  noRoute = layout.counter(prefix + "no_route");
  rqDirectResponse = layout.counter(prefix + "rq_direct_response");
  rqOverloadLocalReply = layout.counter(prefix + "rq_overload_local_reply");
  rqRedirect = layout.counter(prefix + "rq_redirect");
  rqResetAfterDownstreamResponseStarted = layout.counter(prefix + "rq_reset_after_downstream_response_started");
  redirectBadLocation = layout.counter(prefix + "passthrough_internal_redirect_bad_location");
  redirectUnsafeScheme = layout.counter(prefix + "passthrough_internal_redirect_unsafe_scheme");
  redirectTooMany = layout.counter(prefix + "passthrough_internal_redirect_too_many_redirects");
  redirectNoRoute = layout.counter(prefix + "passthrough_internal_redirect_no_route");
  redirectPredicate = layout.counter(prefix + "passthrough_internal_redirect_predicate");
  rqTotal = layout.counter(prefix + "rq_total");
}

}  // namespace orrery::upstream
