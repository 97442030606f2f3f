#include "proxy/access_log/access_logger.h"

namespace orrery::access_log {

void LogFile::write(std::string_view lines) {
  MutexLock lock(mutex_);
  if (!file_->write(lines)) ++failedWrites_;
}

Result<LogFile*> LogFiles::open(const std::string& path) {
  auto& slot = byPath_[path];
  if (slot == nullptr) {
    auto file = files_.openAppend(path);
    if (!file) {
      byPath_.erase(path);
      return makeError("access log " + path + ": " + file.error().message);
    }
    slot = std::make_unique<LogFile>(std::move(*file));
  }
  return slot.get();
}

Status LogFiles::reopen() {
  Status status;
  for (auto& [path, log] : byPath_) {
    auto file = files_.openAppend(path);
    if (!file) {
      status = makeError("access log " + path + ": " + file.error().message);
      continue;
    }
    MutexLock lock(log->mutex_);
    log->file_ = std::move(*file);
  }
  return status;
}

AccessLogger::AccessLogger(io::Dispatcher& dispatcher, LogFile& file,
                           std::shared_ptr<const format::Formatter> formatter, Duration flushInterval,
                           std::shared_ptr<const LogFilter> filter)
    : file_(file),
      formatter_(std::move(formatter)),
      filter_(std::move(filter)),
      flushInterval_(flushInterval),
      flushTimer_(dispatcher, io::TimerKind::kFileFlush, Delegate<void()>::to<&AccessLogger::flushNow>(this)) {}

AccessLogger::~AccessLogger() { flushNow(); }

void AccessLogger::log(const stream_info::LogRecord& record, const LogMoment& moment) {
  if (filter_ != nullptr && !matches(*filter_, record, moment)) return;
  formatter_->append(record, pending_);
  if (pending_.size() >= kFlushSize) {
    flushNow();
  } else if (!flushTimer_.armed()) {
    flushTimer_.arm(flushInterval_);
  }
}

void AccessLogger::flushNow() {
  flushTimer_.disarm();
  if (pending_.empty()) return;
  file_.write(pending_);
  pending_.clear();
}

}  // namespace orrery::access_log
