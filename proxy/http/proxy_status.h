#pragma once

#include <string>

#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::http {

// HttpConnectionManager.proxy_status_config.
struct ProxyStatusOptions {
  std::string proxyName;  // empty: the server name
  bool details = true;
  bool terminationDetails = true;  // these two are parts of the details
  bool flags = true;
  bool recommendedCode = false;  // the error's own status code is sent
};

// Says in `response` what went wrong on its way (RFC 9209), as Envoy tells it by the response flags; nothing if nothing
// did. The field joins one that is there.
void addProxyStatus(const ProxyStatusOptions& options, const std::string& serverName,
                    const stream_info::StreamInfo& info, message::HeaderMap& response);

}  // namespace orrery::http
