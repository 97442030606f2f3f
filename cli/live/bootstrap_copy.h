#pragma once

#include <string>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::live {

// A bootstrap as a proxy process gets it: the story's, but its files lie in the run's folder, and it tells what Orrery needs
// to know. All that is added is part of Envoy's API, so that every proxy that reads the story's bootstrap reads this one.
struct BootstrapCopy {
  std::string json;
  std::string admin;              // host:port; the story's, or one that was added
  std::vector<std::string> logs;  // where the story's access logs go, each file once, in the order of the bootstrap
  std::string requestLog;         // a line for each stream of each connection manager: RequestLine
};

// `text` is YAML or JSON that the loader has accepted; `folder` exists. Errors: what cannot be converted.
Result<BootstrapCopy> copyBootstrap(const std::string& text, const std::string& folder);

// One line of BootstrapCopy::requestLog.
struct RequestLine {
  uint64_t request = 0;  // the id that its client gave it; 0: none
  std::string flags;
  std::string details;
};
// Lines that are none (cut off when the proxy ended) are left out.
std::vector<RequestLine> readRequestLog(const std::string& text);

}  // namespace orrery::live
