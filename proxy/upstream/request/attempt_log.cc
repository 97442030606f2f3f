#include "proxy/upstream/request/attempt_log.h"

#include "proxy/io/dispatcher.h"
#include "proxy/upstream/request/request.h"

namespace orrery::upstream {

using message::HeaderMap;
using stream_info::LogType;

AttemptLog::AttemptLog(const UpstreamLogs& logs, Request& request, Cluster& cluster)
    : logs_(logs),
      request_(request),
      worker_(cluster.worker()),
      timer_(worker_.dispatcher, io::TimerKind::kAccessLog, Delegate<void()>::to<&AttemptLog::onInterval>(this)) {
  const stream_info::StreamInfo& of = request.info();
  info_.connectionId = of.connectionId;
  info_.downstreamRemoteAddress = of.downstreamRemoteAddress;
  info_.downstreamDirectRemoteAddress = of.downstreamDirectRemoteAddress;
  info_.downstreamLocalAddress = of.downstreamLocalAddress;
  info_.protocol.reset();
  info_.startTime = worker_.dispatcher.wallNow();
  info_.startMonotonic = worker_.dispatcher.now();
  info_.healthCheck = of.healthCheck;
  info_.routeName = of.routeName;
  info_.routeMetadata = of.routeMetadata;
  info_.virtualHostMetadata = of.virtualHostMetadata;
  info_.upstreamCluster = of.upstreamCluster;
  info_.clusterMetadata = of.clusterMetadata;
  info_.surroundings = of.surroundings;
  if (!logs_.interval.isZero()) timer_.arm(logs_.interval);
}

void AttemptLog::keepHeaders(const HeaderMap& headers) {
  Arena& arena = request_.callbacks().arena();
  headers_ = arena.make<HeaderMap>(arena);
  headers_->copyFrom(headers);
}

void AttemptLog::keepTrailers(const HeaderMap& trailers) {
  Arena& arena = request_.callbacks().arena();
  trailers_ = arena.make<HeaderMap>(arena);
  trailers_->copyFrom(trailers);
}

void AttemptLog::onPoolReady() {
  if (logs_.atPoolReady) write(LogType::kUpstreamPoolReady);
}

void AttemptLog::end() {
  timer_.disarm();
  write(LogType::kUpstreamEnd);
}

void AttemptLog::onInterval() {
  timer_.arm(logs_.interval);
  write(LogType::kUpstreamPeriodic);
}

void AttemptLog::write(LogType type) {
  info_.complete.mark(worker_.dispatcher.now());  // a try under way has lasted until now
  if (info_.protocol) {                           // what never had a connection counts nothing
    info_.downstreamBytes = request_.info().downstreamBytes;
    info_.upstreamBytes = request_.info().upstreamBytes;
  }
  const stream_info::LogRecord record{info_, request_.callbacks().requestHeaders(), headers_, trailers_, type};
  const access_log::LogMoment moment{worker_.dispatcher.now(), *worker_.runtime, *worker_.random};
  for (const auto& logger : *logs_.loggers) logger->log(record, moment);
}

}  // namespace orrery::upstream
