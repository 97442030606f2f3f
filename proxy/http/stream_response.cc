#include "proxy/http/connection_manager.h"
#include "proxy/http/header_rules.h"
#include "proxy/http/stream.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/route/finalize.h"

// A stream from its response to its end.
namespace orrery::http {

using message::HeaderId;
using message::HeaderMap;
using stream_info::ResponseFlag;
using Which = StreamTimers::Which;

// The response, at the client's end of the chain

void Stream::encode1xxHeaders(HeaderMap& headers) {
  context_.config->stats.countResponse(context_.worker.stats, headers.status());
  mutateResponseHeaders(headers, headersComplete_ ? &requestHeaders_ : nullptr, options_, true);
  encoder_.encode1xxHeaders(headers);
}

void Stream::encodeHeaders(HeaderMap& headers, bool endStream) {
  if (!headers.has(HeaderId::kDate)) {
    headers.setReference(HeaderId::kDate, arena_.copy(context_.date.at(context_.worker.dispatcher.wallNow())));
  }
  if (options_.serverHeader == ServerHeaderMode::kOverwrite ||
      (options_.serverHeader == ServerHeaderMode::kAppendIfAbsent && !headers.has(HeaderId::kServer))) {
    headers.setReference(HeaderId::kServer, options_.serverName);
  }
  mutateResponseHeaders(headers, headersComplete_ ? &requestHeaders_ : nullptr, options_);
  if (options_.proxyStatus) addProxyStatus(*options_.proxyStatus, options_.serverName, info_, headers);
  const uint32_t status = headers.status();
  encodeDrain(headers, status);
  info_.responseCode = status;
  if (!info_.healthCheck) context_.config->stats.countResponse(context_.worker.stats, status);
  const TimePoint now = context_.worker.dispatcher.now();
  if (!info_.firstDownstreamTxByte.set) info_.firstDownstreamTxByte.mark(now);
  localComplete_ = endStream;
  encoder_.encodeHeaders(headers, endStream);
}

// What the head says about the connection's future, and what it does to it.
void Stream::encodeDrain(HeaderMap& headers, uint32_t status) {
  using DrainState = ConnectionManager::DrainState;
  const HcmStats& stats = context_.config->stats;
  if (manager_.drainState() == DrainState::kNotDraining &&
      context_.worker.drain.closes(context_.worker.dispatcher.now(), *context_.worker.random)) {
    manager_.startDrainSequence();
    context_.worker.stats.add(stats.downstream_cx_drain_close);
  }
  responseHadLength_ = headers.has(HeaderId::kContentLength);
  if (manager_.http10()) {
    // HTTP/1.0 knows no chunks: without a length the end of the connection ends the body.
    if (!responseHadLength_) sawConnectionClose_ = true;
    if (!sawConnectionClose_) headers.setReference(HeaderId::kConnection, "keep-alive");
  }
  if (manager_.durationOver()) sawConnectionClose_ = true;
  if (manager_.drainState() == DrainState::kNotDraining && sawConnectionClose_) manager_.setClosing();
  if (!requestComplete()) {
    // Nobody will wait for the rest of the request.
    if (manager_.http1()) manager_.setClosing();
    context_.worker.stats.add(stats.downstream_rq_response_before_rq_complete);
  }
  // HTTP/2 says it by GOAWAY; what follows an accepted upgrade or CONNECT is no HTTP/1 any more.
  if (manager_.http1() && manager_.drainState() != DrainState::kNotDraining && !isUpgrade(headers) &&
      !(status == 200 && headersComplete_ && requestHeaders_.method() == "CONNECT")) {
    headers.setReference(HeaderId::kConnection, "close");
  }
}

void Stream::encodeData(buffer::Buffer& data, bool endStream) {
  info_.bytesSent += data.size();
  localComplete_ = endStream;
  encoder_.encodeData(data, endStream);
}

void Stream::encodeTrailers(HeaderMap& trailers) {
  localComplete_ = true;
  encoder_.encodeTrailers(trailers);
}

void Stream::onEncodeComplete() {
  encodeComplete_ = true;
  info_.lastDownstreamTxByte.mark(context_.worker.dispatcher.now());
  if (awaitsEncode_) manager_.destroyStream(*this);
}

void Stream::awaitEncodeComplete() {
  awaitsEncode_ = true;
  timers_->disarmAll();
}

bool Stream::resetPrematurely() const {
  if (info_.responseCode != 0) return false;
  const auto lifetime = static_cast<uint64_t>((context_.worker.dispatcher.now() - info_.startMonotonic).inSeconds());
  return lifetime <= context_.worker.runtime->integer("overload.premature_reset_min_stream_lifetime_seconds", 1);
}

void Stream::endStream() { manager_.endStream(*this); }

void Stream::resetStream() {
  context_.worker.stats.add(context_.config->stats.downstream_rq_tx_reset);
  manager_.endStream(*this);
}

void Stream::onResetStream(ResetReason reason) {
  const HcmStats& stats = context_.config->stats;
  context_.worker.stats.add(stats.downstream_rq_rx_reset);
  filters_.noteReset();
  const std::string_view details = encoder_.responseDetails();
  if (!details.empty()) {
    if (reason == ResetReason::kLocalReset) info_.flags.set(ResponseFlag::kDownstreamProtocolError);
    if (reason == ResetReason::kRemoteReset) info_.flags.set(ResponseFlag::kDownstreamRemoteReset);
    info_.responseCodeDetails = details;
  }
  manager_.destroyStream(*this);
}

void Stream::pauseRequestBody(bool pause) {
  if (finished_ || encodeComplete_) return;
  const HcmStats& stats = context_.config->stats;
  context_.worker.stats.add(pause ? stats.downstream_flow_control_paused_reading_total
                                  : stats.downstream_flow_control_resumed_reading_total);
  encoder_.readDisable(pause);
}

void Stream::onRequestTooLarge() { context_.worker.stats.add(context_.config->stats.downstream_rq_too_large); }
void Stream::onResponseTooLarge() { context_.worker.stats.add(context_.config->stats.rs_too_large); }
// A bad request may mean that client and proxy disagree about the framing: the connection goes, whoever calls it bad, as in
// Envoy.
void Stream::onLocalReply(const LocalReply& reply) {
  if (reply.status == 400 && manager_.http1() && !options_.streamErrorOnInvalidMessage) sawConnectionClose_ = true;
}

// Redirects and direct responses of routes have done it themselves.
void Stream::finalizeLocalReply(HeaderMap& headers) {
  if (!routeKnown_ || route_.route == nullptr || !route_.route->action) return;
  route::finalizeResponseHeaders(*route_.route, route_.weighted, {info_, &requestHeaders_, &headers}, headers);
}

void Stream::rewriteLocalReply(HeaderMap& headers, LocalReplyText& text) {
  if (!options_.localReplies) return;
  net::Worker& w = context_.worker;
  const access_log::LogMoment moment{w.dispatcher.now(), *w.runtime, *w.random};
  http::rewriteLocalReply(*options_.localReplies, moment, headersComplete_ ? &requestHeaders_ : nullptr, info_, headers,
                          text);
}

// The end

void Stream::finish(bool remoteClose) {
  if (finished_) return;
  finished_ = true;
  timers_->takeBack();
  manager_.giveTimers(*timers_);
  net::Worker& w = context_.worker;
  const HcmStats& stats = context_.config->stats;
  if (info_.healthCheck) w.stats.add(stats.tracingHealthCheck);
  const TimePoint now = w.dispatcher.now();
  info_.complete.mark(now);
  if (remoteClose) {
    info_.responseCodeDetails = "downstream_remote_disconnect";
    info_.flags.set(ResponseFlag::kDownstreamConnectionTermination);
  }
  w.stats.decrement(stats.downstream_rq_active);
  if (upgradeAccepted_) w.stats.decrement(stats.downstream_cx_upgrades_active);
  w.stats.record(stats.downstream_rq_time, static_cast<uint64_t>((now - info_.startMonotonic).inMilliseconds()));
  filters_.onStreamComplete();
  log(stream_info::LogType::kDownstreamEnd);
  if (w.sink.wantsTrace()) emitFinished();
  filters_.destroyFilters();
}

void Stream::log(stream_info::LogType type) {
  if (context_.accessLogs.empty()) return;
  const stream_info::LogRecord record{info_, headersComplete_ ? &requestHeaders_ : nullptr, responseHeaders_,
                                      responseTrailers_, type};
  net::Worker& w = context_.worker;
  const access_log::LogMoment moment{w.dispatcher.now(), *w.runtime, *w.random};
  // A stream under way has lasted until now: what a line says of its end so far.
  const stream_info::Instant end = info_.complete;
  info_.complete.mark(end.set ? end.at : moment.now);
  for (auto& logger : context_.accessLogs) logger->log(record, moment);
  info_.complete = end;
}

void Stream::onLogInterval() {
  timers_->arm(Which::kLog, options_.logInterval);
  log(stream_info::LogType::kDownstreamPeriodic);
}

void Stream::emitFinished() {
  const std::string flags = info_.flags.text();
  events::RequestFinished e;
  e.worker = context_.worker.index;
  e.connection = info_.connectionId;
  e.request = info_.requestNumber;
  e.peer = info_.downstreamDirectRemoteAddress;
  if (headersComplete_) e.method = requestHeaders_.method();
  e.path = path_;
  e.status = info_.responseCode;
  e.flags = flags;
  e.details = info_.responseCodeDetails;
  e.bytesReceived = info_.bytesReceived;
  e.bytesSent = info_.bytesSent;
  e.attempts = info_.attemptCount;
  e.durationNs = static_cast<uint64_t>((info_.complete.at - info_.startMonotonic).inNanoseconds());
  context_.worker.sink.emit(e);
}

}  // namespace orrery::http
