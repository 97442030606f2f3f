#pragma once

#include <string>
#include <string_view>

#include "proxy/stats/layout.h"

namespace orrery::upstream {

// Statistics of the router below "http.<stat_prefix>.", registered when the connection manager's configuration is compiled.
struct RouterStats {
  RouterStats(stats::Layout& layout, std::string_view hcmStatPrefix);
  stats::CounterId noCluster;
  stats::CounterId noRoute;
  stats::CounterId rqDirectResponse;
  stats::CounterId rqOverloadLocalReply;
  stats::CounterId rqRedirect;
  stats::CounterId rqResetAfterDownstreamResponseStarted;
  stats::CounterId rqTotal;
  // Internal redirects that were passed on instead: passthrough_internal_redirect_*.
  stats::CounterId redirectBadLocation;
  stats::CounterId redirectUnsafeScheme;
  stats::CounterId redirectTooMany;
  stats::CounterId redirectNoRoute;
  stats::CounterId redirectPredicate;
};

}  // namespace orrery::upstream
