#include "proxy/upstream/request/attempt.h"

#include <utility>

#include "proxy/base/mark.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/upstream/request/request.h"

namespace orrery::upstream {

Attempt::Attempt(Request& request, Cluster& cluster, uint32_t host, uint32_t number, Attempt* previous)
    : request_(request),
      cluster_(cluster),
      previous_(previous),
      host_(host),
      number_(number),
      earlyBody_(cluster.worker().blocks),
      record_(request, cluster, host, number),
      timers_(cluster.worker().dispatcher, *this) {}

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
  record_.begin();
  makeChain();
  if (chain_ == nullptr) {
    passHeaders(headers, endStream);
  } else {
    boundEarlyBody();
    chain_->sendHeaders(headers, endStream);
    if (ended_ || chain_->over()) return true;
  }
  const Pool::Acquired acquired = pool().acquire(*this);
  if (acquired.overflow) {
    record_.onReset(ResetReason::kOverflow, {});
    if (!acquired.hadConnection) record_.forgetHost();
    noteEnded("overflow");
    if (acquired.hadConnection) request_.onHostUsed(*this);
    return false;
  }
  if (chain_ == nullptr && (acquired.stream == nullptr || hold_ != Hold::kNone)) boundEarlyBody();
  if (acquired.stream != nullptr) onPoolReady(*acquired.stream);
  return true;
}

void Attempt::onPoolReady(UpstreamStream& stream) {
  stream_ = &stream;
  record_.onPoolAnswered();
  record_.onConnection(stream);
  request_.onHostUsed(*this);
  request_.onConnected();
  timers_.startMaxDuration(cluster_.info().options.maxStreamDuration);
  if (request_.requestComplete() || hold_ == Hold::kWebSocket) {
    timers_.start(request_.timeouts());
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
  record_.onSent(headWasAll_);
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
    record_.onSentBody(earlyBody_.size());
    stream_->sendData(earlyBody_, endsWithBody);
    if (stream_ == nullptr) return;
    record_.onSent(endsWithBody);
  }
  if (trailers_ == nullptr) return;
  stream_->sendTrailers(*trailers_);
  if (stream_ != nullptr) record_.onSent(true);
}

// The connection is what a CONNECT that ends here asks for: it is answered as if the host had said 200.
void Attempt::acceptTcp() {
  message::HeaderMap& head = onResponseBegin();
  head.setReference(message::HeaderId::kStatus, "200");
  onResponseHeaders(head, false);
  if (stream_ != nullptr && hold_ == Hold::kNone) sendEarlyBody();
}

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
  timers_.restartIdle();
  record_.onSentBody(data.size());
  stream_->sendData(data, endStream);
  if (stream_ != nullptr) record_.onSent(endStream);
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
  if (stream_ != nullptr) record_.onSent(true);
}

void Attempt::onPoolFailure(ResetReason reason, std::string_view transportFailure) {
  record_.onPoolAnswered();
  record_.onReset(reason, transportFailure);
  noteEnded("pool_failure");
  request_.onHostUsed(*this);
  request_.onUpstreamReset(*this, reason, transportFailure);
}

// ---- the response ----

message::HeaderMap& Attempt::onResponseBegin() {
  Arena& arena = request_.callbacks().arena();
  record_.onResponseBegin();
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
  timers_.restartIdle();
  request_.onInterimResponse(*this, headers);
}

void Attempt::onResponseHeaders(message::HeaderMap& headers, bool endStream) {
  record_.onReceived(endStream);
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
  timers_.restartIdle();
  awaitingHeaders_ = false;
  status_ = headers.status();
  record_.onTakenHeaders(headers);
  for (; stream_ != nullptr && !endStream && deferredPauses_ > 0; --deferredPauses_) {
    sometimes(Mark::kPausedBeforeHead);
    cluster_.worker().stats.add(cluster_.stats().upstream_flow_control_paused_reading_total);
    stream_->readDisable(true);
  }
  if (endStream) timers_.drop();
  request_.onUpstreamHeaders(*this, headers, endStream);
}

bool Attempt::settleHold(uint32_t status, bool endStream) {
  const bool granted = hold_ == Hold::kConnect ? status / 100 == 2 : status == 101 || !stream_->switchesBy101();
  if (granted) {
    if (hold_ == Hold::kWebSocket) {
      // They were those of the handshake: a tunnel has none.
      timers_.stop();
      request_.stopRouteTimeout();
    }
    hold_ = Hold::kNone;
    if (!request_.overTcp() && !endStream) sendEarlyBody();
    return true;
  }
  // What is not granted has an ordinary answer, but that Envoy takes only errors for one in the handshake of a WebSocket.
  handshakeFailed_ = hold_ == Hold::kWebSocket && status < 400;
  return !handshakeFailed_;
}

void Attempt::onResponseData(buffer::Buffer& data, bool endStream) {
  record_.onResponseData();
  record_.onReceived(endStream);
  if (endStream) noteAnswered();
  if (chain_ != nullptr) {
    chain_->receiveData(data, endStream);
    data.clear();
  } else {
    takeData(data, endStream);
  }
}

void Attempt::takeData(buffer::Buffer& data, bool endStream) {
  timers_.restartIdle();
  record_.onTakenBody(data.size());
  if (endStream) timers_.drop();
  request_.onUpstreamData(*this, data, endStream);
}

void Attempt::onResponseTrailers(message::HeaderMap& trailers) {
  record_.onReceived(true);
  noteAnswered();
  if (chain_ != nullptr) {
    chain_->receiveTrailers(trailers);
  } else {
    takeTrailers(trailers);
  }
}

void Attempt::takeTrailers(message::HeaderMap& trailers) {
  timers_.drop();
  record_.onTakenTrailers(trailers);
  request_.onUpstreamTrailers(*this, trailers);
}

// Its times go on until the filters have let go of it.
void Attempt::noteAnswered() {
  answered_ = true;
  dropStream();
}

void Attempt::onStreamReset(ResetReason reason, std::string_view transportFailure) {
  dropStream();
  timers_.drop();
  record_.onReset(reason, transportFailure);
  noteEnded(resetReasonText(reason));
  request_.onUpstreamReset(*this, reason, transportFailure);
}

void Attempt::end(std::string_view result) {
  if (!ended_) {
    ended_ = true;
    if (linked()) pool().cancel(*this);
    UpstreamStream* stream = stream_;
    dropStream();
    if (stream != nullptr) stream->reset();
  }
  timers_.drop();
  noteEnded(result);
}

void Attempt::noteEnded(std::string_view result) {
  settle(result);
  record_.log();
}

void Attempt::settle(std::string_view result) {
  awaitingHeaders_ = false;
  ended_ = true;
  endChain();
  record_.finish(result, status_);
}

void Attempt::endChain() {
  if (chain_ != nullptr) chain_->end();
}

void Attempt::dropStream() {
  stream_ = nullptr;
  if (std::exchange(listens_, false)) request_.callbacks().removeDownstreamWatermarkCallbacks(*this);
  while (downstreamPauses_ > 0) resumeDownstream();
}

void Attempt::complete() {
  if (!answered_) {
    end("complete");  // a filter has answered in the host's place
    return;
  }
  settle("complete");
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
  if (timeoutsOnComplete_ && stream_ != nullptr) timers_.start(request_.timeouts());
}

void Attempt::onPerTryTimeout(bool idle) {
  record_.onTimeout(idle);
  request_.onPerTryTimeout(*this, idle);
}

void Attempt::onMaxDuration() { request_.onUpstreamMaxDuration(*this); }

}  // namespace orrery::upstream
