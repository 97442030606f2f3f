#pragma once

#include <memory>

#include "proxy/access_log/access_logger.h"
#include "proxy/io/timer.h"
#include "proxy/stream_info/stream_info.h"
#include "proxy/upstream/cluster.h"

namespace orrery::upstream {

class Request;

// A router's logs of tries on one worker (upstream_log), and when they are written beside the end of each try.
struct UpstreamLogs {
  std::shared_ptr<const access_log::AccessLoggers> loggers;  // not null
  bool atPoolReady = false;
  Duration interval;  // 0: none
};

// The record of one try, for its router's logs: of its own are host, connection, instants, body bytes, code and flags; what a
// connection carried in bytes is that of the whole request so far, downstream as upstream (measured at Envoy 1.40, whose
// hedged tries count apart). It knows nothing of attempts, details and ids (likewise).
//
// Lifetime: in its try. Threading: the worker's.
class AttemptLog {
 public:
  AttemptLog(const UpstreamLogs& logs, Request& request, Cluster& cluster);

  stream_info::StreamInfo& info() { return info_; }
  // Copies of what the host said: the router and its filters change it on the way.
  void keepHeaders(const message::HeaderMap& headers);
  void keepTrailers(const message::HeaderMap& trailers);
  void onPoolReady();
  // Nothing more comes of the try.
  void end();

 private:
  void onInterval();
  void write(stream_info::LogType type);

  const UpstreamLogs& logs_;
  Request& request_;
  net::Worker& worker_;
  stream_info::StreamInfo info_;
  message::HeaderMap* headers_ = nullptr;  // in the request's arena
  message::HeaderMap* trailers_ = nullptr;
  io::Timer timer_;
};

}  // namespace orrery::upstream
