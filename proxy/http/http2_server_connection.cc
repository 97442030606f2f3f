#include "proxy/http/http2_server_connection.h"

#include <utility>

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/io/dispatcher.h"

namespace orrery::http {

using message::HeaderMap;
using TimerCallback = Delegate<void()>;

Http2ServerConnection::Http2ServerConnection(net::Connection& connection, ServerConnectionCallbacks& callbacks,
                                             const CompiledHcm& config)
    : connection_(connection),
      callbacks_(callbacks),
      options_(*config.options),
      stats_(config.stats.http2),
      session_(http2::Side::kServer, options_.http2, *this, connection.writeBuffer(),
               Delegate<void()>::to<&Http2ServerConnection::onWritten>(this), connection.worker().stats, stats_),
      resumeTask_(Delegate<void()>::to<&Http2ServerConnection::onResume>(this)),
      keeper_(connection.worker().dispatcher, *connection.worker().random, options_.http2Keepalive,
              Delegate<void(uint64_t)>::to<&Http2ServerConnection::onPing>(this),
              Delegate<void()>::to<&Http2ServerConnection::onPeerDead>(this)) {
  session_.start();
  keeper_.start();
}

Http2ServerConnection::~Http2ServerConnection() = default;

DispatchStatus Http2ServerConnection::dispatch(buffer::Buffer& data) {
  switch (session_.dispatch(data)) {
    case http2::SessionStatus::kOk: return DispatchStatus::kOk;
    case http2::SessionStatus::kProtocolError: return DispatchStatus::kProtocolError;
    case http2::SessionStatus::kFlood: return DispatchStatus::kFlood;
  }
  return DispatchStatus::kOk;
}

http2::StreamCallbacks& Http2ServerConnection::onStream(http2::Stream& stream) {
  if (idle_.empty()) {
    exchanges_.push_back(std::make_unique<Exchange>(*this));
    idle_.push_back(exchanges_.back().get());
  }
  Exchange& exchange = *idle_.back();
  idle_.pop_back();
  exchange.begin(stream, callbacks_.newStream(exchange));
  return exchange;
}

bool Http2ServerConnection::closing() const { return connection_.state() != net::Connection::State::kOpen; }

void Http2ServerConnection::onResumeWanted() { connection_.worker().dispatcher.schedule(resumeTask_); }

void Http2ServerConnection::onConnectionAboveHighWatermark() {
  session_.forEachStream([](http2::StreamCallbacks& stream) { stream.onAboveSendHighWatermark(); });
}

void Http2ServerConnection::onConnectionBelowLowWatermark() {
  session_.forEachStream([](http2::StreamCallbacks& stream) { stream.onBelowSendLowWatermark(); });
}

// What is waiting will not be read: it is not flushed.
void Http2ServerConnection::onOutboundFlood() { connection_.close(net::CloseType::kNoFlush, "http2_outbound_flood"); }

void Http2ServerConnection::onPeerDead() {
  connection_.worker().stats.add(stats_.keepalive_timeout);
  connection_.close(net::CloseType::kNoFlush, "http2_ping_timeout");
}

// ---- one exchange ----

Http2ServerConnection::Exchange::Exchange(Http2ServerConnection& owner) : owner_(owner) {}

void Http2ServerConnection::Exchange::begin(http2::Stream& codec, ServerStream& stream) {
  codec_ = &codec;
  stream_ = &stream;
  codec.countInto(&stream.bytesMeter());
  attached_ = inUse_ = true;
  ended_ = false;
  details_ = {};
  if (owner_.connection_.aboveHighWatermark()) stream.onAboveWriteBufferHighWatermark();
}

// Both the codec and the connection manager may hold it; the last to let go gives it back.
void Http2ServerConnection::Exchange::release() {
  if (codec_ != nullptr || attached_ || !inUse_) return;
  inUse_ = false;
  owner_.idle_.push_back(this);
}

HeaderMap* Http2ServerConnection::Exchange::onSectionBegin(bool trailers) {
  if (stream_ == nullptr) return nullptr;
  return trailers ? &stream_->requestTrailerMap() : &stream_->requestHeaderMap();
}

void Http2ServerConnection::Exchange::onHead(bool endStream) {
  if (stream_ == nullptr) return;
  HeaderMap& headers = stream_->requestHeaderMap();
  if (isExtendedConnect(headers)) [[unlikely]]
    requestToHttp1(headers);
  stream_->decodeHeaders(endStream);
}

void Http2ServerConnection::Exchange::onData(buffer::Buffer& data, bool endStream) {
  if (stream_ != nullptr) stream_->decodeData(data, endStream);
}

void Http2ServerConnection::Exchange::onTrailers() {
  if (stream_ != nullptr) stream_->decodeTrailers();
}

void Http2ServerConnection::Exchange::onLocalEnd() {
  if (flush_) flush_->disarm();
  if (stream_ != nullptr) stream_->onEncodeComplete();
}

void Http2ServerConnection::Exchange::onClosed() {
  codec_ = nullptr;
  release();
}

void Http2ServerConnection::Exchange::onReset(const http2::StreamReset& reset) {
  codec_ = nullptr;
  if (flush_) flush_->disarm();
  details_ = reset.details;
  const bool remote = reset.by == http2::StreamReset::By::kRemote;
  if (ServerStream* const stream = std::exchange(stream_, nullptr)) {
    stream->onResetStream(remote ? ResetReason::kRemoteReset : ResetReason::kLocalReset);
  }
  release();
}

void Http2ServerConnection::Exchange::onAboveSendHighWatermark() {
  if (stream_ != nullptr) stream_->onAboveWriteBufferHighWatermark();
}

void Http2ServerConnection::Exchange::onBelowSendLowWatermark() {
  if (stream_ != nullptr) stream_->onBelowWriteBufferLowWatermark();
}

void Http2ServerConnection::Exchange::encode1xxHeaders(const HeaderMap& headers) {
  if (codec_ != nullptr) codec_->sendHeaders(headers, false);
}

void Http2ServerConnection::Exchange::encodeHeaders(HeaderMap& headers, bool endStream) {
  ended_ = endStream;
  if (codec_ == nullptr) return;
  if (!isUpgrade(headers)) {
    codec_->sendHeaders(headers, endStream);
    return;
  }
  // The log and the filters go on to see what the origin said.
  HeaderMap said(headers.arena());
  said.copyFrom(headers);
  responseToHttp2(said);
  codec_->sendHeaders(said, endStream);
}

void Http2ServerConnection::Exchange::encodeData(buffer::Buffer& data, bool endStream) {
  ended_ = endStream;
  if (codec_ == nullptr) {
    data.clear();
    return;
  }
  codec_->sendData(data, endStream);
  if (endStream) armFlush();
}

void Http2ServerConnection::Exchange::encodeTrailers(const HeaderMap& trailers) {
  ended_ = true;
  if (codec_ == nullptr) return;
  codec_->sendTrailers(trailers);
  armFlush();
}

// stream_flush_timeout: an answer that was given and does not go, because the client does not open its window.
void Http2ServerConnection::Exchange::armFlush() {
  if (codec_ == nullptr || !ended_ || !codec_->sending() || owner_.options_.streamFlushTimeout.isZero()) return;
  if (!flush_) {
    flush_.emplace(owner_.connection_.worker().dispatcher, io::TimerKind::kStreamFlush,
                   TimerCallback::to<&Exchange::onFlushTimeout>(this));
  }
  flush_->arm(owner_.options_.streamFlushTimeout);
}

void Http2ServerConnection::Exchange::onFlushTimeout() {
  sometimes(Mark::kAnswerGivenUp);
  owner_.connection_.worker().stats.add(owner_.stats_.tx_flush_timeout);
  if (http2::Stream* const codec = std::exchange(codec_, nullptr)) codec->resetNow(http2::ErrorCode::kInternalError);
  if (ServerStream* const stream = std::exchange(stream_, nullptr)) stream->onResetStream(ResetReason::kLocalReset);
  Http2ServerConnection& owner = owner_;
  release();
  owner.callbacks_.onAnswerGivenUp();
}

void Http2ServerConnection::Exchange::resetStream(ResetReason reason) {
  if (flush_) flush_->disarm();
  if (http2::Stream* const codec = std::exchange(codec_, nullptr)) {
    // After a whole answer the rest of the request is not wanted (RFC 9113 section 8.1); an answer that breaks off is an error.
    const bool tunnelFailed = reason == ResetReason::kConnectError;
    codec->reset(tunnelFailed ? http2::ErrorCode::kConnectError
                 : ended_     ? http2::ErrorCode::kNoError
                              : http2::ErrorCode::kInternalError);
  }
  if (ServerStream* const stream = std::exchange(stream_, nullptr)) stream->onResetStream(reason);
  release();
}

void Http2ServerConnection::Exchange::readDisable(bool disable) {
  if (codec_ != nullptr) codec_->readDisable(disable);
}

void Http2ServerConnection::Exchange::handOver(ServerStream& to) {
  ORRERY_ASSERT(codec_ != nullptr, "only a request that is unanswered starts over");
  stream_ = &to;
  codec_->countInto(&to.bytesMeter());
  if (owner_.connection_.aboveHighWatermark()) to.onAboveWriteBufferHighWatermark();
}

void Http2ServerConnection::Exchange::detach() {
  stream_ = nullptr;
  if (codec_ != nullptr) codec_->countInto(nullptr);
  attached_ = false;
  if (flush_) flush_->disarm();
  if (codec_ != nullptr && owner_.session_.failed()) std::exchange(codec_, nullptr)->abandon();
  release();
}

}  // namespace orrery::http
