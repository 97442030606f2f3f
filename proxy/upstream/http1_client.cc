#include "proxy/upstream/http1_client.h"

#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/mark.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http1_pool.h"

namespace orrery::upstream {
namespace {

using message::HeaderId;

http1::ParserOptions parserOptions(const ClusterOptions& cluster, const runtime::Snapshot& runtime) {
  http1::ParserOptions options;
  options.limits.maxBytes = cluster.maxResponseHeadersKb * 1024;
  options.limits.maxCount = cluster.maxResponseHeadersCount;
  options.acceptHttp10 = true;
  options.enableTrailers = cluster.http1.enableTrailers;
  options.allowChunkedLength = cluster.http1.allowChunkedLength;
  options.preserveCase = cluster.http1.preserveCase;
  options.lenient = runtime.boolean(http1::kLenientKey, false);
  return options;
}

// Methods whose requests have no body unless they say so (Envoy's requestShouldHaveNoBody).
bool wantsNoBody(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "DELETE" || method == "TRACE" || method == "CONNECT";
}

// The origin says that it will close (Envoy's shouldCloseConnection); a body without length says nothing.
bool saysClose(const message::HeaderMap& head, uint8_t minor) {
  bool close = false;
  bool keepAlive = false;
  forEachToken(head.get(HeaderId::kConnection), [&](std::string_view token) {
    close = close || equalsIgnoreCase(token, "close");
    keepAlive = keepAlive || equalsIgnoreCase(token, "keep-alive");
  });
  return close || (minor == 0 && !keepAlive);
}

}  // namespace

Http1Client::Http1Client(Http1Pool& pool)
    : pool_(pool),
      cluster_(pool.cluster()),
      life_(cluster_, pool.host(), cluster_.stats().upstream_cx_http1_total),
      connection_(life_.connect()),
      parser_(http1::MessageKind::kResponse, parserOptions(cluster_.info().options, *cluster_.worker().runtime), *this),
      connectTimer_(cluster_.worker().dispatcher, io::TimerKind::kConnect,
                    Delegate<void()>::to<&Http1Client::onConnectTimeout>(this)),
      idleTimer_(cluster_.worker().dispatcher, io::TimerKind::kUpstreamIdle,
                 Delegate<void()>::to<&Http1Client::onIdleTimeout>(this)),
      remainingRequests_(cluster_.info().options.maxRequestsPerConnection == 0
                             ? UINT32_MAX
                             : cluster_.info().options.maxRequestsPerConnection),
      body_(cluster_.worker().blocks) {
  connection_->start(*this);
  connectTimer_.arm(cluster_.info().options.connectTimeout);
}

Http1Client::~Http1Client() = default;

void Http1Client::attach(ResponseCallbacks& stream) {
  ORRERY_ASSERT(stream_ == nullptr, "HTTP/1 carries one request at a time");
  idleTimer_.disarm();
  state_ = State::kBusy;
  stream_ = &stream;
  life_.countRequest();
  parserSet_ = requestComplete_ = closeAfter_ = headReady_ = interim_ = complete_ = upgradeAsked_ = tunnel_ =
      halfClosed_ = false;
  method_.clear();
  head_ = trailers_ = nullptr;
  if (remainingRequests_ == UINT32_MAX) return;
  if (--remainingRequests_ == 0) {
    draining_ = true;
    cluster_.worker().stats.add(cluster_.stats().upstream_cx_max_requests);
  }
}

// ---- the request ----

void Http1Client::sendHeaders(message::HeaderMap& headers, bool endStream) {
  method_ = headers.method();
  if (!std::exchange(parserSet_, true)) parser_.expectResponseTo(method_);
  upgradeAsked_ = http::isUpgrade(headers);
  if (!headers.has(HeaderId::kContentLength)) {
    if (!endStream) {
      const bool raw = upgradeAsked_ || method_ == "CONNECT";
      framing_ = raw ? http1::BodyFraming::kNone : http1::BodyFraming::kChunked;
    } else {
      framing_ = http1::BodyFraming::kNone;
      if (!wantsNoBody(method_)) {
        headers.setReference(HeaderId::kContentLength, "0");
        framing_ = http1::BodyFraming::kContentLength;
      }
    }
  } else {
    framing_ = http1::BodyFraming::kContentLength;
  }
  requestComplete_ = endStream;
  buffer::Buffer& out = connection_->writeBuffer();
  const size_t before = out.size();
  const size_t fields = http1::writeRequestHead(headers, framing_, writeOptions(), out);
  meter_->wireSent += out.size() - before;
  meter_->headersSent += fields;
  meter_->decompressedHeadersSent += fields;
  connection_->noteWritten();
  // Envoy closes where a CONNECT ends with its head, which only requests of the proxy itself do (measured at 1.40).
  if (endStream && method_ == "CONNECT") connection_->close(net::CloseType::kFlushWrite, "connect_ended");
}

http1::WriteOptions Http1Client::writeOptions() const {
  const Http1Options& options = cluster_.info().options.http1;
  return {.properCase = options.properCaseHeaders, .absoluteTarget = options.fullyQualifiedUrl};
}

void Http1Client::sendData(buffer::Buffer& data, bool endStream) {
  requestComplete_ = endStream;
  buffer::Buffer& out = connection_->writeBuffer();
  const size_t before = out.size();
  if (framing_ == http1::BodyFraming::kChunked) {
    if (!data.empty()) http1::writeChunk(data, out);
    if (endStream) http1::writeLastChunk(nullptr, {}, out);
  } else {
    out.move(data);
  }
  meter_->wireSent += out.size() - before;
  if (endStream && method_ == "CONNECT") {
    // RFC 9113 section 8.5: the end of the stream is a FIN.
    halfClosed_ = true;
    connection_->write(data, true);
  } else if (out.size() > before) {
    connection_->noteWritten();
  }
}

void Http1Client::sendTrailers(const message::HeaderMap& trailers) {
  if (!cluster_.info().options.http1.enableTrailers || framing_ != http1::BodyFraming::kChunked) {
    buffer::Buffer none(cluster_.worker().blocks);
    sendData(none, true);
    return;
  }
  requestComplete_ = true;
  buffer::Buffer& out = connection_->writeBuffer();
  const size_t before = out.size();
  http1::writeLastChunk(&trailers, writeOptions(), out);
  meter_->wireSent += out.size() - before;
  connection_->noteWritten();
}

void Http1Client::reset() {
  detach(false);
  finish(true, ResetReason::kLocalReset, "stream_reset");
}

void Http1Client::readDisable(bool disable) {
  readDisables_ += disable ? 1u : UINT32_MAX;
  connection_->readDisable(disable);
}

// ---- the response ----

message::HeaderMap& Http1Client::onMessageBegin() {
  head_ = &stream_->onResponseBegin();
  return *head_;
}

void Http1Client::onHeadersComplete(const http1::Framing& framing) {
  const uint32_t status = head_->status();
  meter_->headersReceived += parser_.headFieldBytes();
  meter_->decompressedHeadersReceived += parser_.headFieldBytes();
  headReady_ = true;
  interim_ = status >= 100 && status < 200 && status != 101;
  if (interim_) return;
  if (!framing.keepAlive) closeAfter_ = true;
  if (saysClose(*head_, framing.minor)) cluster_.worker().stats.add(cluster_.stats().upstream_cx_close_notify);
  if ((status == 101 && upgradeAsked_ && http::isUpgrade(*head_)) || (status / 100 == 2 && method_ == "CONNECT")) {
    tunnel_ = closeAfter_ = true;
    parser_.pause();
    return;
  }
  if (status == 101) {
    // Nobody asked for an upgrade, or it says to what: the head passes, the connection is spent.
    closeAfter_ = true;
    complete_ = true;
  }
}

message::HeaderMap* Http1Client::onTrailersBegin() {
  trailers_ = &stream_->onResponseBegin();
  return trailers_;
}

void Http1Client::onBody(buffer::Buffer& data) { body_.move(data); }

void Http1Client::onMessageComplete() {
  if (trailers_ != nullptr) meter_->headersReceived += parser_.fieldBytes() - parser_.headFieldBytes();
  if (!interim_) complete_ = true;
}

void Http1Client::countReceived() {
  const uint64_t received = connection_->bytesReceived();
  meter_->wireReceived += received - std::exchange(countedReceived_, received);
}

void Http1Client::onData(buffer::Buffer& data, bool) {
  countReceived();
  while (!data.empty() && state_ != State::kClosed) {
    if (stream_ == nullptr) {
      onUnaskedBytes(data);
      return;
    }
    if (tunnel_) {
      stream_->onResponseData(data, false);
      data.clear();
      return;
    }
    // Upstream filters may still keep the request: whatever it will be, this is taken for its answer (seen at Envoy 1.40).
    if (!std::exchange(parserSet_, true)) parser_.expectResponseTo(method_);
    const http1::ParseError error = parser_.dispatch(data);
    const bool interim = headReady_ && interim_;
    if (!deliver(!data.empty())) return;
    if (error != http1::ParseError::kNone) {
      onProtocolError("protocol_error");
      return;
    }
    // dispatch() stops at the end of a message; only an interim one is followed by another, and the head of a tunnel by
    // what goes through it.
    if (!interim && !tunnel_) return;
  }
}

bool Http1Client::deliver(bool leftover) {
  if (headReady_ && interim_) {
    headReady_ = interim_ = false;
    message::HeaderMap& head = *std::exchange(head_, nullptr);
    parser_.expectResponseTo(method_);
    stream_->onInterimResponse(head);
    return stream_ != nullptr;
  }
  if (headReady_ && !(complete_ && body_.empty() && trailers_ == nullptr)) {
    headReady_ = false;
    stream_->onResponseHeaders(*head_, false);
    if (stream_ == nullptr) return false;
  }
  if (complete_ && (trailers_ == nullptr || body_.empty())) {
    complete(leftover);
    return false;
  }
  if (body_.empty()) return true;
  stream_->onResponseData(body_, false);
  body_.clear();
  if (stream_ == nullptr) return false;
  if (!complete_) return true;
  complete(leftover);  // with trailers
  return false;
}

void Http1Client::complete(bool leftover) {
  const bool headersOnly = headReady_;
  message::HeaderMap& head = *head_;
  message::HeaderMap* const trailers = trailers_;
  const bool open = endedBy_ == net::CloseEvent::kLocalClose && connection_->state() == net::Connection::State::kOpen;
  const bool reusable = requestComplete_ && !closeAfter_ && !leftover && open && !draining_;
  const bool incomplete = !requestComplete_;
  if (incomplete) sometimes(Mark::kEarlyAnswer);
  if (leftover) sometimes(Mark::kSurplusBytes);
  ResponseCallbacks* stream = detach(reusable);
  if (!reusable) {
    if (leftover) cluster_.worker().stats.add(cluster_.stats().upstream_cx_protocol_error);
    finish(incomplete, ResetReason::kLocalReset, incomplete ? "early_response" : "response_complete");
  }
  if (headersOnly) {
    stream->onResponseHeaders(head, true);
  } else if (trailers != nullptr) {
    stream->onResponseTrailers(*trailers);
  } else {
    stream->onResponseData(body_, true);
    body_.clear();
  }
}

ResponseCallbacks* Http1Client::detach(bool reusable) {
  ResponseCallbacks* stream = std::exchange(stream_, nullptr);
  meter_ = &spare_;
  headReady_ = false;
  for (; readDisables_ > 0; --readDisables_) connection_->readDisable(false);
  if (reusable) {
    state_ = State::kCooling;
    const Duration idle = cluster_.info().options.idleTimeout;
    if (!idle.isZero()) idleTimer_.arm(idle);
  }
  pool_.onStreamEnded(*this, reusable);
  return stream;
}

void Http1Client::onProtocolError(std::string_view details) {
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_protocol_error);
  finish(true, ResetReason::kProtocolError, details);
}

void Http1Client::onUnaskedBytes(const buffer::Buffer& data) {
  sometimes(Mark::kUnaskedBytes);
  // A server that gives up on an idle connection may say 408: no error of protocol (Envoy).
  const buffer::Piece front = data.front();
  const std::string_view start(front.data, front.size);
  if (!start.starts_with("HTTP/1.1 408") && !start.starts_with("HTTP/1.0 408")) {
    cluster_.worker().stats.add(cluster_.stats().upstream_cx_protocol_error);
  }
  finish(false, ResetReason::kProtocolError, "unasked_bytes");
}

// ---- the connection ----

void Http1Client::onConnected() {
  connectTimer_.disarm();
  net::Worker& worker = cluster_.worker();
  const ClusterOptions& options = cluster_.info().options;
  state_ = State::kReady;
  if (!options.idleTimeout.isZero()) idleTimer_.arm(options.idleTimeout);
  if (options.maxConnectionDuration && !options.maxConnectionDuration->isZero()) {
    durationTimer_.emplace(worker.dispatcher, io::TimerKind::kMaxConnectionDuration,
                           Delegate<void()>::to<&Http1Client::onMaxDuration>(this));
    durationTimer_->arm(*options.maxConnectionDuration);
  }
  life_.onConnected(*connection_);
  pool_.onConnected(*this);
}

void Http1Client::onClose(net::CloseEvent event) {
  if (state_ == State::kClosed) return;
  endedBy_ = event;
  countReceived();
  if (state_ == State::kConnecting) {
    finish(false, ResetReason::kRemoteConnectionFailure, "connect_failure");
    return;
  }
  if (stream_ == nullptr) {
    sometimes(state_ == State::kCooling ? Mark::kClosedCooling : Mark::kClosedIdle);
    finish(false, ResetReason::kConnectionTermination, "remote_close");
    return;
  }
  if (tunnel_) {
    onTunnelClosed();
    return;
  }
  // FIN is the proper end of a response without length; inside any other message it is a protocol error.
  if (parser_.finish() != http1::ParseError::kNone) {
    sometimes(Mark::kAnswerCut);
    onProtocolError("remote_close");
  } else if (complete_) {
    deliver(false);
  } else {
    sometimes(Mark::kClosedBusy);
    finish(true, ResetReason::kConnectionTermination, "remote_close");
  }
}

// The origin's end of a tunnel. Where a CONNECT's client has ended its side before, both are done now.
void Http1Client::onTunnelClosed() {
  if (!halfClosed_) {
    finish(true, ResetReason::kConnectionTermination, "remote_close");
    return;
  }
  ResponseCallbacks* const stream = detach(false);
  finish(false, ResetReason::kLocalReset, "response_complete");
  buffer::Buffer none(cluster_.worker().blocks);
  stream->onResponseData(none, true);
}

void Http1Client::onAboveWriteBufferHighWatermark() {
  if (stream_ != nullptr) stream_->onAboveUpstreamHighWatermark();
}

void Http1Client::onBelowWriteBufferLowWatermark() {
  if (stream_ != nullptr) stream_->onBelowUpstreamLowWatermark();
}

void Http1Client::onConnectTimeout() {
  sometimes(Mark::kConnectTimedOut);
  timedOut_ = true;
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_connect_timeout);
  finish(false, ResetReason::kConnectionTimeout, "connect_timeout");
}

void Http1Client::onIdleTimeout() {
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_idle_timeout);
  finish(false, ResetReason::kLocalReset, "idle_timeout");
}

void Http1Client::onMaxDuration() {
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_max_duration_reached);
  if (stream_ != nullptr) {
    sometimes(Mark::kMaxDurationBusy);
    draining_ = true;
  } else {
    finish(false, ResetReason::kLocalReset, "max_duration");
  }
}

void Http1Client::shutDown() {
  const bool connecting = state_ == State::kConnecting;
  finish(stream_ != nullptr, connecting ? ResetReason::kLocalConnectionFailure : ResetReason::kConnectionTermination,
         "shutdown");
}

// ---- the end ----

void Http1Client::finish(bool incomplete, ResetReason reason, std::string_view details) {
  ORRERY_ASSERT(state_ != State::kClosed, "a connection ends once");
  const bool connecting = state_ == State::kConnecting;
  const bool busy = state_ == State::kBusy;
  state_ = State::kClosed;
  connectTimer_.disarm();
  idleTimer_.disarm();
  durationTimer_.reset();
  life_.onEnd(endedBy_, connecting, incomplete, details);
  if (connecting) failureText_ = ClientLife::connectFailure(*connection_);
  connection_->setCallbacks(nullptr);
  if (endedBy_ == net::CloseEvent::kLocalClose) connection_->close(net::CloseType::kNoFlush, details);
  ResponseCallbacks* stream = stream_ == nullptr ? nullptr : detach(false);
  pool_.onClosed(*this, connecting, busy, reason, failureText_);
  if (stream != nullptr) stream->onStreamReset(reason, {});
}

}  // namespace orrery::upstream
