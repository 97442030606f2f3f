#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/access_log/log_filter.h"
#include "proxy/format/format.h"

namespace orrery::access_log {

// One configured access log. File loggers of one path share a file.
struct AccessLogOptions {
  std::string name;  // "envoy.access_loggers.file"
  std::string path;  // "/dev/stdout", "/dev/stderr" for the stream loggers
  std::shared_ptr<const format::Formatter> formatter;
  std::shared_ptr<const LogFilter> filter;  // null: every stream is logged
};

}  // namespace orrery::access_log
