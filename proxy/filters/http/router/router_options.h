#pragma once

#include <vector>

#include "proxy/access_log/access_log_options.h"
#include "proxy/filters/http/router/strict_headers.h"

namespace orrery::filters::router {

// envoy.extensions.filters.http.router.v3.Router as plain data.
struct RouterOptions {
  bool suppressEnvoyHeaders = false;
  bool respectExpectedRqTimeout = false;
  std::vector<StrictHeader> strictHeaders;
  bool countsCodes = true;                                 // dynamic_stats
  bool hidesGrpcCodes = false;                             // suppress_grpc_request_failure_code_stats
  bool rejectsEarlyData = false;                           // reject_connect_request_early_data
  std::vector<access_log::AccessLogOptions> upstreamLogs;  // a line for each try
  bool logAtPoolReady = false;                             // and one when it has its connection
  Duration logInterval;                                    // and every so often; 0: not
};

}  // namespace orrery::filters::router
