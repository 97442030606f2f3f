#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/access_log/access_log_options.h"
#include "proxy/base/mutex.h"
#include "proxy/base/status.h"
#include "proxy/base/time.h"
#include "proxy/io/dispatcher.h"
#include "proxy/io/files.h"
#include "proxy/io/timer.h"

namespace orrery::access_log {

// One file that several workers' loggers write whole batches of lines to. Threading: any.
class LogFile {
 public:
  explicit LogFile(std::unique_ptr<io::AppendFile> file) : file_(std::move(file)) {}
  // A failed write is counted and dropped: logging never stops traffic.
  void write(std::string_view lines);
  uint64_t failedWrites() const { return failedWrites_; }

 private:
  friend class LogFiles;
  Mutex mutex_;
  std::unique_ptr<io::AppendFile> file_;
  uint64_t failedWrites_ = 0;
};

// The log files of a server, one per path. Lifetime: outlives the loggers. Threading: main.
class LogFiles {
 public:
  explicit LogFiles(io::Files& files) : files_(files) {}
  // The file of that path, opened at the first call; an error names the path.
  Result<LogFile*> open(const std::string& path);
  // Opens all files anew under their paths (log rotation, SIGUSR1). A path that cannot be opened keeps its old file.
  Status reopen();

 private:
  io::Files& files_;
  std::map<std::string, std::unique_ptr<LogFile>> byPath_;
};

// One configured access log on one worker: formats lines into a buffer, hands it to the file at 64 KiB or after the flush
// interval (Envoy's --file-flush-min-size-kb and --file-flush-interval-msec), and on destruction.
// Threading: its worker. Bounds: 64 KiB and one line.
class AccessLogger {
 public:
  static constexpr size_t kFlushSize = 64 * 1024;
  // `filter` may be null.
  AccessLogger(io::Dispatcher& dispatcher, LogFile& file, std::shared_ptr<const format::Formatter> formatter,
               Duration flushInterval, std::shared_ptr<const LogFilter> filter = nullptr);
  ~AccessLogger();

  // A line, if the filter wants one.
  void log(const stream_info::LogRecord& record, const LogMoment& moment);
  void flushNow();

 private:
  LogFile& file_;
  std::shared_ptr<const format::Formatter> formatter_;
  const std::shared_ptr<const LogFilter> filter_;
  const Duration flushInterval_;
  std::string pending_;
  io::Timer flushTimer_;
};

// Those of one place, in the order of configuration.
using AccessLoggers = std::vector<std::unique_ptr<AccessLogger>>;

}  // namespace orrery::access_log
