#include "proxy/http/connection_manager.h"

#include <algorithm>
#include <cstring>

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/http/http1_server_connection.h"
#include "proxy/http/http2_server_connection.h"
#include "proxy/http/jitter.h"
#include "proxy/io/dispatcher.h"

namespace orrery::http {

using net::CloseEvent;
using net::CloseType;
using stream_info::ResponseFlag;
using TimerCallback = Delegate<void()>;

std::unique_ptr<net::Session> HcmFactory::newSession(std::unique_ptr<net::Connection> connection, uint64_t connectionId,
                                                     net::SessionOwner& owner) {
  return std::make_unique<ConnectionManager>(*context_, std::move(connection), connectionId, owner);
}

ConnectionManager::ConnectionManager(HcmContext& context, std::unique_ptr<net::Connection> connection,
                                     uint64_t connectionId, net::SessionOwner& owner)
    : context_(context),
      options_(context.options),
      stats_(context.config->stats),
      connection_(std::move(connection)),
      owner_(owner),
      connectionId_(connectionId),
      startedAt_(context.worker.dispatcher.now()) {}

ConnectionManager::~ConnectionManager() {
  // Only when a listener dies without its shutdown (the end of a world): nobody is told.
  while (Stream* stream = streams_.popFront()) {
    stream->encoder().detach();
    stream->finish(false);
    delete stream;
  }
}

void ConnectionManager::start() {
  stats::Block& stats = context_.worker.stats;
  stats.add(stats_.downstream_cx_total);
  stats.increment(stats_.downstream_cx_active);
  connection_->setStats(stats_.connection);
  connection_->setDelayedCloseTimeout(options_.delayedCloseTimeout);
  armIdle();
  if (!options_.maxConnectionDuration.isZero()) {
    durationTimer_.emplace(context_.worker.dispatcher, io::TimerKind::kMaxConnectionDuration,
                           TimerCallback::to<&ConnectionManager::onMaxDuration>(this));
    durationTimer_->arm(
        jittered(options_.maxConnectionDuration, options_.maxConnectionDurationJitterPpm, *context_.worker.random));
  }
  connection_->start(*this);
}

void ConnectionManager::armIdle() {
  if (options_.idleTimeout.isZero()) return;
  if (!idleTimer_) {
    idleTimer_.emplace(context_.worker.dispatcher, io::TimerKind::kConnectionIdle,
                       TimerCallback::to<&ConnectionManager::onIdleTimeout>(this));
  }
  idleTimer_->arm(options_.idleTimeout);
}

void ConnectionManager::onData(buffer::Buffer& data, bool) {
  if (!codec_ && !makeCodec(data)) return;
  // HTTP/1 stops after each request: the next one goes in when the one before it is answered, here or by resumed reading.
  for (;;) {
    if (http1() && streams_.empty() && connection_->writeBuffer().aboveHigh()) {
      waitForReader();
      return;
    }
    const DispatchStatus status = codec_->dispatch(data);
    if (status != DispatchStatus::kOk) {
      if (status == DispatchStatus::kProtocolError) context_.worker.stats.add(stats_.downstream_cx_protocol_error);
      onCodecError();
      return;
    }
    closeIfDrained(false);
    if (connection_->state() != net::Connection::State::kOpen || data.empty() || !streams_.empty()) return;
    sometimes(Mark::kPipelined);
  }
}

// Answers of the proxy's own pause nobody: a client that asks on and on and reads nothing would fill the memory.
void ConnectionManager::waitForReader() {
  if (std::exchange(waitsForReader_, true)) return;
  sometimes(Mark::kPipelineWaits);
  connection_->readDisable(true);
}

// AUTO without ALPN: HTTP/2 begins with its preface.
bool ConnectionManager::makeCodec(const buffer::Buffer& data) {
  static constexpr std::string_view kMagic = "PRI * HTTP/2";
  bool http2 = options_.codecType == CodecType::kHttp2;
  if (options_.codecType == CodecType::kAuto) {
    char first[kMagic.size()];
    size_t have = 0;
    buffer::Piece pieces[4];
    const size_t n = data.pieces(pieces);
    for (size_t i = 0; i < n && have < kMagic.size(); ++i) {
      const size_t part = std::min(pieces[i].size, kMagic.size() - have);
      std::memcpy(first + have, pieces[i].data, part);
      have += part;
    }
    http2 = kMagic.starts_with(std::string_view(first, have));
    if (http2 && have < kMagic.size()) {
      sometimes(Mark::kPrefaceInPieces);
      return false;
    }
  }
  ServerConnectionCallbacks& callbacks = *this;
  stats::Block& stats = context_.worker.stats;
  if (http2) {
    codec_ = std::make_unique<Http2ServerConnection>(*connection_, callbacks, *context_.config);
    stats.add(stats_.downstream_cx_http2_total);
    stats.increment(stats_.downstream_cx_http2_active);
  } else {
    codec_ = std::make_unique<Http1ServerConnection>(*connection_, callbacks, *context_.config);
    stats.add(stats_.downstream_cx_http1_total);
    stats.increment(stats_.downstream_cx_http1_active);
  }
  return true;
}

void ConnectionManager::onCodecError() {
  closeConnection(CloseType::kFlushWriteAndDelay, "codec_error", ResponseFlag::kDownstreamProtocolError);
}

ServerStream& ConnectionManager::newStream(ResponseEncoder& encoder) { return makeStream(encoder, ++received_); }

Stream& ConnectionManager::makeStream(ResponseEncoder& encoder, uint64_t number) {
  if (idleTimer_) idleTimer_->disarm();
  ++requests_;
  auto* stream = new (context_.streams) Stream(*this, encoder, connection_->bufferLimit(), number);
  streams_.pushBack(*stream);
  if (options_.maxRequestsPerConnection > 0 && requests_ >= options_.maxRequestsPerConnection) {
    if (http1()) {
      stream->setSawConnectionClose();
      drainState_ = DrainState::kClosing;
    } else if (drainState_ == DrainState::kNotDraining) {
      startDrainSequence();
    }
    context_.worker.stats.add(stats_.downstream_cx_max_requests_reached);
  }
  return *stream;
}

void ConnectionManager::recreateStream(Stream& old, buffer::Buffer* body) {
  sometimes(Mark::kStreamStartedOver);
  ResponseEncoder& encoder = old.encoder();
  old.finish(remoteClose_);
  old.unlink();
  Stream& fresh = makeStream(encoder, old.info().requestNumber);
  encoder.handOver(fresh);
  context_.worker.dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(&old));
  fresh.startOver(old, body);
}

namespace {

ResetReason resetReasonOf(Stream& stream) {
  const stream_info::ResponseFlags& flags = stream.info().flags;
  if (stream.asksForTunnel() && (flags.has(ResponseFlag::kUpstreamConnectionFailure) ||
                                 flags.has(ResponseFlag::kUpstreamConnectionTermination))) {
    return ResetReason::kConnectError;
  }
  return flags.has(ResponseFlag::kUpstreamProtocolError) ? ResetReason::kProtocolError : ResetReason::kLocalReset;
}

}  // namespace

// Envoy's doEndStream: a reset first if either side is not at its end, then the connection's own end.
void ConnectionManager::endStream(Stream& stream) {
  const bool complete = stream.requestComplete();
  const bool connectionClose = stream.sawConnectionClose();
  const bool withoutLength = http10() && !stream.responseHasLength();
  if (!complete || !stream.localComplete()) {
    stream.noteLocalComplete();
    stream.encoder().resetStream(resetReasonOf(stream));
    if (http1()) drainState_ = DrainState::kClosing;
  } else if (stream.encodeComplete()) {
    destroyStream(stream);
  } else {
    stream.awaitEncodeComplete();
  }
  // No race is to be feared where the whole request was read: then the close need not wait for the client.
  closeIfDrained(connectionClose && (complete || withoutLength));
}

void ConnectionManager::destroyStream(Stream& stream) {
  ++closedRequests_;
  if (stream.resetPrematurely()) ++prematureResets_;
  stream.finish(remoteClose_);
  stream.unlink();
  stream.encoder().detach();
  context_.worker.dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(&stream));
  if (streams_.empty() && connection_->state() == net::Connection::State::kOpen) armIdle();
  closeOnPrematureResets();
}

// A client that opens and resets at once, over and over (CVE-2023-44487; Envoy's maybeDrainDueToPrematureResets).
void ConnectionManager::closeOnPrematureResets() {
  if (prematureResets_ == 0 || tooManyResets_) return;
  const uint64_t limit = context_.worker.runtime->integer("overload.premature_reset_total_stream_count", 500);
  if (prematureResets_ * 2 < std::max(closedRequests_, limit)) return;
  if (connection_->state() != net::Connection::State::kOpen) return;
  // Closing resets the streams that are open, each of which comes here again.
  sometimes(Mark::kPrematureResets);
  tooManyResets_ = true;
  context_.worker.stats.add(stats_.downstream_rq_too_many_premature_resets);
  closeConnection(CloseType::kAbort, "too_many_premature_resets", {});
}

StreamTimers& ConnectionManager::takeTimers() {
  if (idleTimers_.empty()) {
    timers_.push_back(std::make_unique<StreamTimers>(context_.worker.dispatcher));
    return *timers_.back();
  }
  StreamTimers& timers = *idleTimers_.back();
  idleTimers_.pop_back();
  return timers;
}

void ConnectionManager::startDrainSequence() {
  ORRERY_ASSERT(drainState_ == DrainState::kNotDraining, "a connection drains once");
  drainState_ = DrainState::kDraining;
  codec_->shutdownNotice();
  drainTimer_.emplace(context_.worker.dispatcher, io::TimerKind::kDrain,
                      TimerCallback::to<&ConnectionManager::onDrainTimeout>(this));
  drainTimer_->arm(jittered(options_.drainTimeout, options_.drainTimeoutJitterPpm, *context_.worker.random));
}

void ConnectionManager::onDrainTimeout() {
  if (!streams_.empty()) sometimes(Mark::kDrainWithStreams);
  codec_->goAway();
  drainState_ = DrainState::kClosing;
  closeIfDrained(false);
}

// A connection that never carried a byte has no codec: nothing needs to be told to the client, it is closed. A used one is
// drained, HTTP/1 too (measured at Envoy 1.40).
void ConnectionManager::onIdleTimeout() {
  context_.worker.stats.add(stats_.downstream_cx_idle_timeout);
  if (!codec_) {
    sometimes(Mark::kIdleWithoutByte);
    closeConnection(CloseType::kFlushWrite, "on_idle_timeout", {});
  } else if (drainState_ == DrainState::kNotDraining) {
    startDrainSequence();
  }
}

void ConnectionManager::onMaxDuration() {
  context_.worker.stats.add(stats_.downstream_cx_max_duration_reached);
  if (!codec_) {
    closeConnection(CloseType::kFlushWrite, "connection_duration_timeout", ResponseFlag::kDurationTimeout);
  } else if (drainState_ != DrainState::kNotDraining) {
    return;
  } else if (options_.http1SafeMaxConnectionDuration && http1()) {
    // The connection ends with the next response: a request that is on its way meets no close.
    durationOver_ = true;
  } else {
    startDrainSequence();
  }
}

void ConnectionManager::closeIfDrained(bool skipDelay) {
  if (drainState_ != DrainState::kClosing || !streams_.empty()) return;
  closeConnection(skipDelay ? CloseType::kFlushWrite : CloseType::kFlushWriteAndDelay,
                  "deferred_close_on_drained_connection", {});
}

void ConnectionManager::closeConnection(std::optional<CloseType> type, std::string_view details,
                                        std::optional<ResponseFlag> flag) {
  idleTimer_.reset();
  drainTimer_.reset();
  durationTimer_.reset();
  if (!streams_.empty()) {
    stats::Block& stats = context_.worker.stats;
    stats.add(type ? stats_.downstream_cx_destroy_local_active_rq : stats_.downstream_cx_destroy_remote_active_rq);
    stats.add(stats_.downstream_cx_destroy_active_rq);
    resetStreams(type ? std::string_view() : details, flag);
  }
  if (type) connection_->close(*type, details);
}

// Nothing of this is written: the streams' other sides end.
void ConnectionManager::resetStreams(std::string_view details, std::optional<ResponseFlag> flag) {
  while (Stream* stream = streams_.front()) {
    const std::string_view ofStream = codec_ && !http1() ? codecErrorDetails(*stream) : std::string_view();
    stream->encoder().detach();
    if (!ofStream.empty()) stream->info().responseCodeDetails = ofStream;
    if (!details.empty()) stream->info().responseCodeDetails = details;
    if (flag) stream->info().flags.set(*flag);
    stream->onResetStream(ResetReason::kConnectionTermination);
  }
}

// What HTTP/2 found wrong ends all its streams: "codec_error:Too_many_PRIORITY_frames". One that has a name of its own in
// Envoy is said as it is.
std::string_view ConnectionManager::codecErrorDetails(Stream& stream) {
  const std::string_view error = codec_->errorDetails();
  if (error.empty() || error.starts_with("http2.")) return error;
  static constexpr std::string_view kBefore = "codec_error:";
  char* const room = stream.memory().room(kBefore.size() + error.size());
  std::memcpy(room, kBefore.data(), kBefore.size());
  std::replace_copy(error.begin(), error.end(), room + kBefore.size(), ' ', '_');
  return {room, kBefore.size() + error.size()};
}

void ConnectionManager::closeNow() { connection_->close(CloseType::kNoFlush, "listener_closed"); }

void ConnectionManager::onClose(CloseEvent event) {
  stats::Block& stats = context_.worker.stats;
  std::string_view details = "downstream_remote_disconnect";
  if (event == CloseEvent::kRemoteClose) {
    if (!streams_.empty()) sometimes(Mark::kClientLeft);
    remoteClose_ = true;
    stats.add(stats_.downstream_cx_destroy_remote);
  } else {
    stats.add(stats_.downstream_cx_destroy_local);
    details = localDisconnectDetails();
  }
  closeConnection({}, details, ResponseFlag::kDownstreamConnectionTermination);
  stats.add(stats_.downstream_cx_destroy);
  stats.decrement(stats_.downstream_cx_active);
  if (codec_) stats.decrement(http1() ? stats_.downstream_cx_http1_active : stats_.downstream_cx_http2_active);
  const TimePoint now = context_.worker.dispatcher.now();
  stats.record(stats_.downstream_cx_length_ms, static_cast<uint64_t>((now - startedAt_).inMilliseconds()));
  if (context_.worker.sink.wantsTrace()) {
    context_.worker.sink.emit(events::ConnectionClosed{
        context_.worker.index, connectionId_,
        event == CloseEvent::kRemoteClose ? std::string_view("remote_close") : connection_->closeDetails()});
  }
  owner_.onSessionEnd(*this);
}

// "downstream_local_disconnect(reason)", in the arena of the stream that is about to be reset.
std::string_view ConnectionManager::localDisconnectDetails() {
  if (streams_.empty()) return {};
  const std::string_view reason = connection_->closeDetails();
  static constexpr std::string_view kBefore = "downstream_local_disconnect(";
  char* const room = streams_.front()->memory().room(kBefore.size() + reason.size() + 1);
  std::memcpy(room, kBefore.data(), kBefore.size());
  if (!reason.empty()) std::memcpy(room + kBefore.size(), reason.data(), reason.size());
  room[kBefore.size() + reason.size()] = ')';
  return {room, kBefore.size() + reason.size() + 1};
}

void ConnectionManager::onBytesSent(size_t bytes) {
  if (codec_) codec_->onBytesSent(bytes);
}

void ConnectionManager::onAboveWriteBufferHighWatermark() {
  if (codec_) codec_->onConnectionAboveHighWatermark();
}

void ConnectionManager::onBelowWriteBufferLowWatermark() {
  if (codec_) codec_->onConnectionBelowLowWatermark();
  if (std::exchange(waitsForReader_, false)) connection_->readDisable(false);
}

}  // namespace orrery::http
