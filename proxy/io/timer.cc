#include "proxy/io/timer.h"

#include "proxy/io/dispatcher.h"

namespace orrery::io {

std::string_view timerKindName(TimerKind kind) {
  switch (kind) {
    case TimerKind::kConnectionIdle: return "connection_idle";
    case TimerKind::kDrain: return "drain";
    case TimerKind::kDelayedClose: return "delayed_close";
    case TimerKind::kStreamIdle: return "stream_idle";
    case TimerKind::kRequestHeaders: return "request_headers";
    case TimerKind::kRequest: return "request";
    case TimerKind::kMaxStreamDuration: return "max_stream_duration";
    case TimerKind::kMaxConnectionDuration: return "max_connection_duration";
    case TimerKind::kConnect: return "connect";
    case TimerKind::kUpstreamIdle: return "upstream_idle";
    case TimerKind::kRoute: return "route";
    case TimerKind::kPerTry: return "per_try";
    case TimerKind::kPerTryIdle: return "per_try_idle";
    case TimerKind::kRetryBackoff: return "retry_backoff";
    case TimerKind::kFileFlush: return "file_flush";
    case TimerKind::kServerDrain: return "server_drain";
    case TimerKind::kAcceptRetry: return "accept_retry";
    case TimerKind::kFault: return "fault";
    case TimerKind::kRateLimit: return "rate_limit";
    case TimerKind::kActor: return "actor";
    case TimerKind::kHarness: return "harness";
    case TimerKind::kAccessLog: return "access_log";
    case TimerKind::kHttp2Keepalive: return "http2_keepalive";
    case TimerKind::kHttp2KeepaliveTimeout: return "http2_keepalive_timeout";
    case TimerKind::kStreamFlush: return "stream_flush";
    case TimerKind::kDns: return "dns";
  }
  return "unknown";
}

Timer::Timer(Dispatcher& dispatcher, TimerKind kind, Delegate<void()> callback)
    : dispatcher_(dispatcher), callback_(callback), entity_(dispatcher.nameTimer(kind)), kind_(kind) {}

Timer::~Timer() { dispatcher_.forgetTimer(*this); }

void Timer::arm(Duration after) { armAt(dispatcher_.now() + after); }

void Timer::armAt(TimePoint deadline) {
  dispatcher_.timers_.arm(*this, deadline);
  if (dispatcher_.chooses_) dispatcher_.onTimerArmed(kind_, entity_, deadline);
}

void Timer::disarm() { dispatcher_.timers_.disarm(*this); }

}  // namespace orrery::io
