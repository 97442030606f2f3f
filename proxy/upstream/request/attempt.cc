#include "proxy/upstream/request/attempt.h"

#include <utility>

#include "proxy/http/upgrade_rules.h"
#include "proxy/upstream/request/request.h"

namespace orrery::upstream {

Attempt::Attempt(Request& request, Cluster& cluster, uint32_t host, uint32_t number, Attempt* previous)
    : request_(request),
      cluster_(cluster),
      previous_(previous),
      host_(host),
      number_(number),
      begun_(cluster.worker().dispatcher.now()),
      earlyBody_(cluster.worker().blocks) {}

Attempt::~Attempt() {
  end("abandoned");
  if (chain_ != nullptr) chain_->~UpstreamChain();
}

// ---- the request ----

Attempt::Hold Attempt::holdOf(const message::HeaderMap& headers) {
  if (headers.method() == "CONNECT") return Hold::kConnect;
  if (!http::isUpgrade(headers)) return Hold::kNone;
  return http::isWebSocketUpgrade(headers) ? Hold::kWebSocket : Hold::kUpgrade;
}

Pool& Attempt::pool() { return request_.overTcp() ? cluster_.tcpPool(host_) : cluster_.pool(host_); }

void Attempt::boundEarlyBody() {
  const size_t limit = request_.callbacks().decoderBufferLimit();
  if (limit == 0) return;
  earlyBody_.setWatermarks(limit, Delegate<void()>::to<&Attempt::onEarlyBodyAbove>(this),
                           Delegate<void()>::to<&Attempt::onEarlyBodyBelow>(this));
}

void Attempt::makeChain() {
  const http::UpstreamFilters* const filters = request_.upstreamFilters();
  if (filters == nullptr || filters->entries.empty()) return;
  UpstreamChainEnds& ends = *this;
  chain_ = request_.callbacks().arena().make<UpstreamChain>(request_, ends, *filters,
                                                            cluster_.info().hosts[host_].addressText);
}

// A connection is asked for when the filters have seen the head, whether they keep it or not; not if one of them has given
// the answer (measured at Envoy 1.40).
bool Attempt::start(message::HeaderMap& headers, bool endStream) {
  hold_ = holdOf(headers);
  // From here on the record names this host, whatever comes of the try; only a refusal takes that back (Envoy).
  const stream_info::StreamInfo& info = request_.info();
  request_.beginHost(*this);
  makeChain();
  net::Worker& worker = cluster_.worker();
  if (worker.sink.wantsTrace()) {
    events::AttemptStarted event;
    event.worker = worker.index;
    event.connection = info.connectionId;
    event.request = info.requestNumber;
    event.attempt = number_;
    event.cluster = cluster_.info().options.name;
    event.host = cluster_.info().hosts[host_].addressText;
    worker.sink.emit(event);
  }
  if (chain_ == nullptr) {
    passHeaders(headers, endStream);
  } else {
    boundEarlyBody();
    chain_->sendHeaders(headers, endStream);
    if (ended_ || chain_->over()) return true;
  }
  const Pool::Acquired acquired = pool().acquire(*this);
  if (acquired.overflow) {
    awaitingHeaders_ = false;
    ended_ = true;
    endChain();
    if (acquired.hadConnection) {
      request_.onHostUsed(*this);
    } else {
      request_.forgetHost();
    }
    emitFinished("overflow");
    return false;
  }
  if (chain_ == nullptr && (acquired.stream == nullptr || hold_ != Hold::kNone)) boundEarlyBody();
  if (acquired.stream != nullptr) onPoolReady(*acquired.stream);
  return true;
}

void Attempt::onPoolReady(UpstreamStream& stream) {
  stream_ = &stream;
  localAddress_ = request_.callbacks().arena().copy(stream.localAddressText());
  connectionId_ = stream.connectionId();
  protocol_ = stream.protocol();
  connectBegin_ = stream.connectBegin();
  connectEnd_ = stream.connectEnd();
  stream.countInto(request_.info().upstreamBytes);
  notePoolReady();
  noteConnection();
  request_.onHostUsed(*this);
  if (const Duration most = cluster_.info().options.maxStreamDuration; !most.isZero()) {
    maxDuration_.emplace(cluster_.worker().dispatcher, io::TimerKind::kMaxStreamDuration,
                         Delegate<void()>::to<&Attempt::onMaxDuration>(this));
    maxDuration_->arm(most);
  }
  if (request_.requestComplete() || hold_ == Hold::kWebSocket) {
    startTimeouts();
  } else {
    timeoutsOnComplete_ = true;
  }
  request_.callbacks().addDownstreamWatermarkCallbacks(*this);
  listens_ = true;
  request_.rewriteHostFor(*this);
  if (headers_ != nullptr) sendHead();
}

void Attempt::passHeaders(message::HeaderMap& headers, bool endStream) {
  headers_ = &headers;
  earlyEnd_ = endStream;
  if (stream_ != nullptr) sendHead();
}

void Attempt::sendHead() {
  headWasAll_ = earlyEnd_ && earlyBody_.empty() && trailers_ == nullptr;
  sent_ = true;
  stream_->sendHeaders(*headers_, headWasAll_);
  if (stream_ == nullptr) return;
  noteSent(headWasAll_);
  if (request_.overTcp()) {
    acceptTcp();
  } else if (hold_ == Hold::kNone) {
    sendEarlyBody();
  }
}

void Attempt::sendEarlyBody() {
  if (headWasAll_) return;
  const bool endsWithBody = earlyEnd_ && trailers_ == nullptr;
  if (!earlyBody_.empty() || endsWithBody) {
    stream_->sendData(earlyBody_, endsWithBody);
    if (stream_ == nullptr) return;
    noteSent(endsWithBody);
  }
  if (trailers_ == nullptr) return;
  stream_->sendTrailers(*trailers_);
  if (stream_ != nullptr) noteSent(true);
}

// The connection is what a CONNECT that ends here asks for: it is answered as if the host had said 200.
void Attempt::acceptTcp() {
  message::HeaderMap& head = onResponseBegin();
  head.setReference(message::HeaderId::kStatus, "200");
  onResponseHeaders(head, false);
  if (stream_ != nullptr && hold_ == Hold::kNone) sendEarlyBody();
}

void Attempt::noteConnection() {
  stream_info::StreamInfo& info = request_.info();
  info.upstreamLocalAddress = localAddress_;
  info.upstreamConnectionId = connectionId_;
  info.upstreamProtocol = protocol_;
  info.upstreamConnectBegin.mark(connectBegin_);
  info.upstreamConnectEnd.mark(connectEnd_);
}

void Attempt::notePoolReady() { request_.info().upstreamPoolReady = cluster_.worker().dispatcher.now() - begun_; }

void Attempt::sendData(buffer::Buffer& data, bool endStream) {
  if (ended_) {
    data.clear();
  } else if (chain_ != nullptr) {
    chain_->sendData(data, endStream);
  } else {
    passData(data, endStream);
  }
}

void Attempt::passData(buffer::Buffer& data, bool endStream) {
  if (ended_ || answered_) {
    data.clear();
    return;
  }
  if (stream_ == nullptr || hold_ != Hold::kNone) {
    earlyEnd_ = endStream;
    earlyBody_.move(data);
    return;
  }
  restartIdle();
  stream_->sendData(data, endStream);
  if (stream_ != nullptr) noteSent(endStream);
}

void Attempt::sendTrailers(message::HeaderMap& trailers) {
  if (ended_) return;
  if (chain_ != nullptr) {
    chain_->sendTrailers(trailers);
  } else {
    passTrailers(trailers);
  }
}

void Attempt::passTrailers(const message::HeaderMap& trailers) {
  if (ended_ || answered_) return;
  if (stream_ == nullptr || hold_ != Hold::kNone) {
    trailers_ = &trailers;
    earlyEnd_ = true;
    return;
  }
  stream_->sendTrailers(trailers);
  if (stream_ != nullptr) noteSent(true);
}

void Attempt::noteSent(bool endStream) {
  const TimePoint now = cluster_.worker().dispatcher.now();
  stream_info::StreamInfo& info = request_.info();
  if (!info.firstUpstreamTxByte.set) info.firstUpstreamTxByte.mark(now);
  if (endStream) info.lastUpstreamTxByte.mark(now);
}

void Attempt::onPoolFailure(ResetReason reason, std::string_view transportFailure) {
  awaitingHeaders_ = false;
  ended_ = true;
  notePoolReady();
  endChain();
  request_.onHostUsed(*this);
  emitFinished("pool_failure");
  request_.onUpstreamReset(*this, reason, transportFailure);
}

// ---- the response ----

message::HeaderMap& Attempt::onResponseBegin() {
  Arena& arena = request_.callbacks().arena();
  stream_info::StreamInfo& info = request_.info();
  if (!info.firstUpstreamRxByte.set) info.firstUpstreamRxByte.mark(cluster_.worker().dispatcher.now());
  return *arena.make<message::HeaderMap>(arena);
}

void Attempt::onInterimResponse(message::HeaderMap& headers) {
  if (chain_ != nullptr) {
    chain_->receiveInterim(headers);
  } else {
    takeInterim(headers);
  }
}

void Attempt::takeInterim(message::HeaderMap& headers) {
  restartIdle();
  request_.onInterimResponse(*this, headers);
}

void Attempt::onResponseHeaders(message::HeaderMap& headers, bool endStream) {
  noteReceived(endStream);
  if (hold_ != Hold::kNone && !settleHold(headers.status(), endStream)) {
    UpstreamStream* const stream = stream_;
    headers.remove(message::HeaderId::kContentLength);  // nothing of its body is passed on
    if (!endStream) {
      dropStream();
      stream->reset();
      endStream = true;
    }
  }
  if (endStream) noteAnswered();
  if (chain_ != nullptr) {
    chain_->receiveHeaders(headers, endStream);
  } else {
    takeHeaders(headers, endStream);
  }
}

void Attempt::takeHeaders(message::HeaderMap& headers, bool endStream) {
  restartIdle();
  awaitingHeaders_ = false;
  status_ = headers.status();
  for (; stream_ != nullptr && !endStream && deferredPauses_ > 0; --deferredPauses_) {
    cluster_.worker().stats.add(cluster_.stats().upstream_flow_control_paused_reading_total);
    stream_->readDisable(true);
  }
  if (endStream) dropTimers();
  request_.onUpstreamHeaders(*this, headers, endStream);
}

bool Attempt::settleHold(uint32_t status, bool endStream) {
  const bool granted = hold_ == Hold::kConnect ? status / 100 == 2 : status == 101 || !stream_->switchesBy101();
  if (granted) {
    if (hold_ == Hold::kWebSocket) stopTimeouts();
    hold_ = Hold::kNone;
    if (!request_.overTcp() && !endStream) sendEarlyBody();
    return true;
  }
  // What is not granted has an ordinary answer, but that Envoy takes only errors for one in the handshake of a WebSocket.
  handshakeFailed_ = hold_ == Hold::kWebSocket && status < 400;
  return !handshakeFailed_;
}

// Of the answer to a WebSocket's handshake: a tunnel has none.
void Attempt::stopTimeouts() {
  perTry_.reset();
  perTryIdle_.reset();
  request_.stopRouteTimeout();
}

void Attempt::onResponseData(buffer::Buffer& data, bool endStream) {
  stream_info::StreamInfo& info = request_.info();
  if (!info.firstUpstreamRxBody.set) info.firstUpstreamRxBody.mark(cluster_.worker().dispatcher.now());
  noteReceived(endStream);
  if (endStream) noteAnswered();
  if (chain_ != nullptr) {
    chain_->receiveData(data, endStream);
    data.clear();
  } else {
    takeData(data, endStream);
  }
}

void Attempt::takeData(buffer::Buffer& data, bool endStream) {
  restartIdle();
  if (endStream) dropTimers();
  request_.onUpstreamData(*this, data, endStream);
}

void Attempt::onResponseTrailers(message::HeaderMap& trailers) {
  noteReceived(true);
  noteAnswered();
  if (chain_ != nullptr) {
    chain_->receiveTrailers(trailers);
  } else {
    takeTrailers(trailers);
  }
}

void Attempt::takeTrailers(message::HeaderMap& trailers) {
  dropTimers();
  request_.onUpstreamTrailers(*this, trailers);
}

// Its times go on until the filters have let go of it.
void Attempt::noteAnswered() {
  answered_ = true;
  dropStream();
}

void Attempt::noteReceived(bool endStream) {
  stream_info::StreamInfo& info = request_.info();
  if (endStream) info.lastUpstreamRxByte.mark(cluster_.worker().dispatcher.now());
}

void Attempt::onStreamReset(ResetReason reason, std::string_view transportFailure) {
  dropStream();
  dropTimers();
  awaitingHeaders_ = false;
  ended_ = true;
  endChain();
  emitFinished(resetReasonText(reason));
  request_.onUpstreamReset(*this, reason, transportFailure);
}

void Attempt::end(std::string_view result) {
  if (!ended_) {
    ended_ = true;
    if (linked()) pool().cancel(*this);
    UpstreamStream* stream = stream_;
    dropStream();
    if (stream != nullptr) stream->reset();
    awaitingHeaders_ = false;
    emitFinished(result);
  }
  dropTimers();
  endChain();
}

void Attempt::endChain() {
  if (chain_ != nullptr) chain_->end();
}

void Attempt::dropTimers() {
  perTry_.reset();
  perTryIdle_.reset();
  maxDuration_.reset();
}

void Attempt::dropStream() {
  stream_ = nullptr;
  if (std::exchange(listens_, false)) request_.callbacks().removeDownstreamWatermarkCallbacks(*this);
  while (downstreamPauses_ > 0) resumeDownstream();
}

void Attempt::emitFinished(std::string_view result) {
  if (std::exchange(finished_, true)) return;
  net::Worker& worker = cluster_.worker();
  if (!worker.sink.wantsTrace()) return;
  const stream_info::StreamInfo& info = request_.info();
  events::AttemptFinished event;
  event.worker = worker.index;
  event.connection = info.connectionId;
  event.request = info.requestNumber;
  event.attempt = number_;
  event.status = status_;
  event.result = result;
  worker.sink.emit(event);
}

void Attempt::complete() {
  if (!answered_) {
    end("complete");  // a filter has answered in the host's place
    return;
  }
  ended_ = true;
  endChain();
  emitFinished("complete");
}

// ---- back-pressure ----

void Attempt::pauseDownstream() {
  cluster_.worker().stats.add(cluster_.stats().upstream_flow_control_backed_up_total);
  ++downstreamPauses_;
  request_.callbacks().onDecoderFilterAboveWriteBufferHighWatermark();
}

void Attempt::resumeDownstream() {
  cluster_.worker().stats.add(cluster_.stats().upstream_flow_control_drained_total);
  --downstreamPauses_;
  request_.callbacks().onDecoderFilterBelowWriteBufferLowWatermark();
}

void Attempt::pauseRequest(bool pause) {
  if (pause) {
    pauseDownstream();
  } else if (downstreamPauses_ > 0) {
    resumeDownstream();
  }
}

void Attempt::pauseResponse(bool pause) {
  if (stream_ != nullptr) stream_->readDisable(pause);
}

void Attempt::onAboveUpstreamHighWatermark() { pauseDownstream(); }
void Attempt::onBelowUpstreamLowWatermark() {
  if (downstreamPauses_ > 0) resumeDownstream();
}
void Attempt::onEarlyBodyAbove() { pauseDownstream(); }
void Attempt::onEarlyBodyBelow() {
  if (downstreamPauses_ > 0) resumeDownstream();
}

void Attempt::onAboveWriteBufferHighWatermark() {
  if (awaitingHeaders_) {
    ++deferredPauses_;
    return;
  }
  if (stream_ == nullptr) return;
  cluster_.worker().stats.add(cluster_.stats().upstream_flow_control_paused_reading_total);
  stream_->readDisable(true);
}

void Attempt::onBelowWriteBufferLowWatermark() {
  if (deferredPauses_ > 0) {
    --deferredPauses_;
    return;
  }
  if (stream_ == nullptr || awaitingHeaders_) return;
  cluster_.worker().stats.add(cluster_.stats().upstream_flow_control_resumed_reading_total);
  stream_->readDisable(false);
}

// ---- time-outs of the try ----

void Attempt::onRequestComplete() {
  if (timeoutsOnComplete_ && stream_ != nullptr) startTimeouts();
}

void Attempt::startTimeouts() {
  io::Dispatcher& dispatcher = cluster_.worker().dispatcher;
  const Timeouts& timeouts = request_.timeouts();
  if (!timeouts.perTry.isZero()) {
    perTry_.emplace(dispatcher, io::TimerKind::kPerTry, Delegate<void()>::to<&Attempt::onPerTryTimeout>(this));
    perTry_->arm(timeouts.perTry);
  }
  if (!timeouts.perTryIdle.isZero()) {
    perTryIdle_.emplace(dispatcher, io::TimerKind::kPerTryIdle,
                        Delegate<void()>::to<&Attempt::onPerTryIdleTimeout>(this));
    restartIdle();
  }
}

void Attempt::restartIdle() {
  if (perTryIdle_) perTryIdle_->arm(request_.timeouts().perTryIdle);
}

void Attempt::onPerTryTimeout() {
  perTryIdle_.reset();
  request_.onPerTryTimeout(*this, false);
}

void Attempt::onMaxDuration() { request_.onUpstreamMaxDuration(*this); }

void Attempt::onPerTryIdleTimeout() {
  if (perTry_) perTry_->disarm();
  request_.onPerTryTimeout(*this, true);
}

}  // namespace orrery::upstream
