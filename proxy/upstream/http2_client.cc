#include "proxy/upstream/http2_client.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http2_pool.h"

namespace orrery::upstream {

using http2::StreamReset;
using TimerCallback = Delegate<void()>;

Http2Client::Http2Client(Http2Pool& pool)
    : pool_(pool),
      cluster_(pool.cluster()),
      life_(cluster_, pool.host(), cluster_.stats().upstream_cx_http2_total),
      expectedRoom_(std::max<uint32_t>(1, cluster_.info().options.http2.maxConcurrentStreams)),
      connection_(life_.connect()),
      session_(http2::Side::kClient, cluster_.info().options.http2, *this, connection_->writeBuffer(),
               Delegate<void()>::to<&Http2Client::onWritten>(this), cluster_.worker().stats, cluster_.stats().http2),
      keeper_(cluster_.worker().dispatcher, *cluster_.worker().random, cluster_.info().options.http2Keepalive,
              Delegate<void(uint64_t)>::to<&Http2Client::onPing>(this),
              TimerCallback::to<&Http2Client::onPeerDead>(this)),
      resumeTask_(TimerCallback::to<&Http2Client::onResume>(this)),
      connectTimer_(cluster_.worker().dispatcher, io::TimerKind::kConnect,
                    TimerCallback::to<&Http2Client::onConnectTimeout>(this)),
      idleTimer_(cluster_.worker().dispatcher, io::TimerKind::kUpstreamIdle,
                 TimerCallback::to<&Http2Client::onIdleTimeout>(this)),
      remainingRequests_(cluster_.info().options.maxRequestsPerConnection == 0
                             ? UINT32_MAX
                             : cluster_.info().options.maxRequestsPerConnection) {
  connection_->start(*this);
  connectTimer_.arm(cluster_.info().options.connectTimeout);
}

Http2Client::~Http2Client() = default;

bool Http2Client::hasRoom() const {
  if (state_ != State::kReady || draining_) return false;
  const uint64_t most =
      std::min(cluster_.info().options.http2.maxConcurrentStreams, session_.peerSettings().maxConcurrentStreams);
  // A stream whose response is complete may still be sending its request.
  return std::max(active_, session_.streamCount()) < most;
}

UpstreamStream& Http2Client::attach(ResponseCallbacks& stream) {
  idleTimer_.disarm();
  if (idle_.empty()) {
    exchanges_.push_back(std::make_unique<Exchange>(*this));
    idle_.push_back(exchanges_.back().get());
  }
  Exchange& exchange = *idle_.back();
  idle_.pop_back();
  http2::Stream* const codec = session_.open(exchange);
  ORRERY_ASSERT(codec != nullptr, "a connection with room takes a request");
  ++active_;
  life_.countRequest();
  exchange.begin(*codec, stream);
  keeper_.askIfLongSilent();
  if (remainingRequests_ != UINT32_MAX && --remainingRequests_ == 0) {
    draining_ = true;
    cluster_.worker().stats.add(cluster_.stats().upstream_cx_max_requests);
  }
  return exchange;
}

void Http2Client::onExchangeEnded(Exchange& exchange) {
  idle_.push_back(&exchange);
  --active_;
  cluster_.endRequest(pool_.host());
  roomChanged_ = true;
  if (!inCodec_) settle();
}

// As Envoy's MultiplexedActiveClientBase::onStreamReset.
void Http2Client::countReset(ResetReason reason) {
  stats::Block& block = cluster_.worker().stats;
  const ClusterStats& stats = cluster_.stats();
  switch (reason) {
    case ResetReason::kConnectionTermination:
    case ResetReason::kLocalConnectionFailure:
    case ResetReason::kRemoteConnectionFailure:
    case ResetReason::kConnectionTimeout: block.add(stats.upstream_rq_pending_failure_eject); break;
    case ResetReason::kLocalReset:
    case ResetReason::kProtocolError: block.add(stats.upstream_rq_tx_reset); break;
    case ResetReason::kRemoteReset: block.add(stats.upstream_rq_rx_reset); break;
    default: break;
  }
}

void Http2Client::settle() {
  if (state_ != State::kReady || !std::exchange(roomChanged_, false)) return;
  if (active_ > 0) {
    pool_.onRoomChanged(*this);
  } else if (draining_) {
    finish(ResetReason::kLocalReset, "drained");
  } else {
    armIdle();
    pool_.onRoomChanged(*this);
  }
}

void Http2Client::armIdle() {
  const Duration idle = cluster_.info().options.idleTimeout;
  if (!idle.isZero()) idleTimer_.arm(idle);
}

// ---- the connection ----

void Http2Client::onConnected() {
  connectTimer_.disarm();
  net::Worker& worker = cluster_.worker();
  const ClusterOptions& options = cluster_.info().options;
  life_.onConnected(*connection_);
  state_ = State::kReady;
  session_.start();
  armIdle();
  if (options.maxConnectionDuration && !options.maxConnectionDuration->isZero()) {
    durationTimer_.emplace(worker.dispatcher, io::TimerKind::kMaxConnectionDuration,
                           TimerCallback::to<&Http2Client::onMaxDuration>(this));
    durationTimer_->arm(*options.maxConnectionDuration);
  }
  keeper_.start();
  pool_.onConnected(*this);
}

void Http2Client::onData(buffer::Buffer& data, bool) {
  const size_t before = session_.streamCount();
  inCodec_ = true;
  const http2::SessionStatus status = session_.dispatch(data);
  inCodec_ = false;
  if (state_ == State::kClosed) return;
  if (session_.streamCount() != before) roomChanged_ = true;
  if (status == http2::SessionStatus::kOk) return settle();
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_protocol_error);
  finish(ResetReason::kProtocolError, "protocol_error");
}

void Http2Client::onClose(net::CloseEvent event) {
  if (state_ == State::kClosed) return;
  endedBy_ = event;
  const bool connecting = state_ == State::kConnecting;
  finish(connecting ? ResetReason::kRemoteConnectionFailure : ResetReason::kConnectionTermination,
         connecting ? "connect_failure" : "remote_close");
}

http2::StreamCallbacks& Http2Client::onStream(http2::Stream&) {
  ORRERY_ASSERT(false, "servers open no streams");
  return *exchanges_.front();
}

void Http2Client::onResumeWanted() { cluster_.worker().dispatcher.schedule(resumeTask_); }

void Http2Client::onResume() {
  if (state_ == State::kClosed) return;
  inCodec_ = true;
  session_.resume();
  inCodec_ = false;
  settle();
}

void Http2Client::onGoAway(http2::ErrorCode, uint32_t) {
  if (draining_) {
    sometimes(Mark::kGoAwayAgain);
    return;
  }
  if (active_ > 0) sometimes(Mark::kGoAwayWithStreams);
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_close_notify);
  draining_ = roomChanged_ = true;
}

// What is waiting will not be read: it is not flushed.
void Http2Client::onOutboundFlood() {
  if (state_ != State::kClosed) finish(ResetReason::kProtocolError, "outbound_flood");
}

void Http2Client::onAboveWriteBufferHighWatermark() {
  session_.forEachStream([](http2::StreamCallbacks& stream) { stream.onAboveSendHighWatermark(); });
}

void Http2Client::onBelowWriteBufferLowWatermark() {
  session_.forEachStream([](http2::StreamCallbacks& stream) { stream.onBelowSendLowWatermark(); });
}

// ---- timers ----

void Http2Client::onPeerDead() {
  sometimes(Mark::kPingTimedOut);
  cluster_.worker().stats.add(cluster_.stats().http2.keepalive_timeout);
  finish(ResetReason::kConnectionTermination, "http2_ping_timeout");
}

void Http2Client::onConnectTimeout() {
  sometimes(Mark::kConnectTimedOut);
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_connect_timeout);
  finish(ResetReason::kConnectionTimeout, "connect_timeout");
}

void Http2Client::onIdleTimeout() {
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_idle_timeout);
  finish(ResetReason::kLocalReset, "idle_timeout");
}

void Http2Client::onMaxDuration() {
  if (active_ > 0) sometimes(Mark::kMaxDurationBusy);
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_max_duration_reached);
  draining_ = roomChanged_ = true;
  settle();
}

void Http2Client::shutDown() {
  const bool connecting = state_ == State::kConnecting;
  finish(connecting ? ResetReason::kLocalConnectionFailure : ResetReason::kConnectionTermination, "shutdown");
}

void Http2Client::finish(ResetReason reason, std::string_view details) {
  ORRERY_ASSERT(state_ != State::kClosed, "a connection ends once");
  const bool connecting = state_ == State::kConnecting;
  state_ = State::kClosed;
  connectTimer_.disarm();
  idleTimer_.disarm();
  durationTimer_.reset();
  keeper_.stop();
  resumeTask_.cancel();
  if (active_ > 0) sometimes(Mark::kConnectionLostStreams);
  life_.onEnd(endedBy_, connecting, active_ > 0, details);
  if (connecting) failureText_ = ClientLife::connectFailure(*connection_);
  connection_->setCallbacks(nullptr);
  // A GOAWAY that says what was wrong is flushed.
  const bool error = reason == ResetReason::kProtocolError && endedBy_ == net::CloseEvent::kLocalClose;
  if (endedBy_ == net::CloseEvent::kLocalClose) {
    connection_->close(error ? net::CloseType::kFlushWrite : net::CloseType::kNoFlush, details);
  }
  pool_.onClosed(*this, connecting, reason, failureText_);
  // In the order in which they were begun; none can begin any more.
  std::vector<Exchange*> open;
  for (const auto& exchange : exchanges_) {
    if (exchange->active()) open.push_back(exchange.get());
  }
  for (Exchange* exchange : open) {
    if (exchange->active()) exchange->fail(reason);
  }
}

// ---- one exchange ----

void Http2Client::Exchange::begin(http2::Stream& codec, ResponseCallbacks& stream) {
  codec_ = &codec;
  stream_ = &stream;
  section_ = nullptr;
  requestComplete_ = false;
  upgradeType_ = {};
}

ResponseCallbacks& Http2Client::Exchange::finish() {
  ResponseCallbacks& stream = *std::exchange(stream_, nullptr);
  if (http2::Stream* const codec = std::exchange(codec_, nullptr)) {
    codec->countInto(nullptr);
    // A response that came before the end of its request makes the rest of that useless.
    if (requestComplete_) {
      codec->detach();
    } else {
      sometimes(Mark::kEarlyAnswer);
      codec->reset(http2::ErrorCode::kInternalError);
    }
  }
  client_.onExchangeEnded(*this);
  return stream;
}

void Http2Client::Exchange::fail(ResetReason reason) {
  codec_->detach();
  codec_ = nullptr;
  client_.countReset(reason);
  finish().onStreamReset(reason, {});
}

void Http2Client::Exchange::sendHeaders(message::HeaderMap& headers, bool endStream) {
  requestComplete_ = endStream;
  if (http::isUpgrade(headers) || headers.method() == "CONNECT") [[unlikely]] {
    sendTunnelHead(headers, endStream);
  } else {
    codec_->sendHeaders(headers, endStream);
  }
  if (stream_ != nullptr && client_.connection_->aboveHighWatermark()) stream_->onAboveUpstreamHighWatermark();
}

// An upgrade is an extended CONNECT (RFC 8441); a plain CONNECT has neither scheme nor path (RFC 9113 section 8.5). The
// request's own head stays as it is, for further tries.
void Http2Client::Exchange::sendTunnelHead(message::HeaderMap& headers, bool endStream) {
  message::HeaderMap said(headers.arena());
  said.copyFrom(headers);
  if (http::isUpgrade(said)) {
    upgradeType_ = headers.get(message::HeaderId::kUpgrade);
    http::requestToHttp2(said);
  } else {
    said.remove(message::HeaderId::kScheme);
    said.remove(message::HeaderId::kPath);
    said.remove(":protocol");
  }
  codec_->sendHeaders(said, endStream);
}

void Http2Client::Exchange::sendData(buffer::Buffer& data, bool endStream) {
  requestComplete_ = endStream;
  codec_->sendData(data, endStream);
}

void Http2Client::Exchange::sendTrailers(const message::HeaderMap& trailers) {
  requestComplete_ = true;
  codec_->sendTrailers(trailers);
}

void Http2Client::Exchange::reset() {
  stream_ = nullptr;
  if (http2::Stream* const codec = std::exchange(codec_, nullptr))
    codec->reset(http2::ErrorCode::kInternalError);  // as Envoy
  client_.countReset(ResetReason::kLocalReset);
  client_.onExchangeEnded(*this);
}

void Http2Client::Exchange::readDisable(bool disable) { codec_->readDisable(disable); }

message::HeaderMap* Http2Client::Exchange::onSectionBegin(bool) {
  section_ = &stream_->onResponseBegin();
  return section_;
}

void Http2Client::Exchange::onInterimHead() { stream_->onInterimResponse(*section_); }

void Http2Client::Exchange::onHead(bool endStream) {
  message::HeaderMap& head = *section_;
  if (!upgradeType_.empty()) http::responseToHttp1(head, upgradeType_);
  if (endStream) {
    finish().onResponseHeaders(head, true);
  } else {
    stream_->onResponseHeaders(head, false);
  }
}

void Http2Client::Exchange::onData(buffer::Buffer& data, bool endStream) {
  if (endStream) {
    finish().onResponseData(data, true);
  } else {
    stream_->onResponseData(data, false);
  }
}

void Http2Client::Exchange::onTrailers() { finish().onResponseTrailers(*section_); }

void Http2Client::Exchange::onReset(const StreamReset& reset) {
  codec_ = nullptr;
  ResetReason reason = ResetReason::kRemoteReset;
  if (reset.by == StreamReset::By::kLocal) {
    reason = ResetReason::kProtocolError;
  } else if (reset.code == http2::ErrorCode::kRefusedStream) {
    reason = ResetReason::kRemoteRefusedStreamReset;
  } else if (reset.code == http2::ErrorCode::kConnectError) {
    reason = ResetReason::kConnectError;
  }
  client_.countReset(reason);
  finish().onStreamReset(reason, {});
}

void Http2Client::Exchange::onAboveSendHighWatermark() {
  if (stream_ != nullptr) stream_->onAboveUpstreamHighWatermark();
}

void Http2Client::Exchange::onBelowSendLowWatermark() {
  if (stream_ != nullptr) stream_->onBelowUpstreamLowWatermark();
}

}  // namespace orrery::upstream
