#include "proxy/upstream/tcp_client.h"

#include <utility>

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/upstream/cluster.h"
#include "proxy/upstream/tcp_pool.h"

namespace orrery::upstream {

namespace {

// TcpProtocolOptions.idle_timeout, whose default this is.

}  // namespace

TcpClient::TcpClient(TcpPool& pool)
    : pool_(pool),
      cluster_(pool.cluster()),
      life_(cluster_, pool.host(), {}),
      connection_(life_.connect(true)),
      connectTimer_(cluster_.worker().dispatcher, io::TimerKind::kConnect,
                    Delegate<void()>::to<&TcpClient::onConnectTimeout>(this)),
      idleTimer_(cluster_.worker().dispatcher, io::TimerKind::kUpstreamIdle,
                 Delegate<void()>::to<&TcpClient::onIdleTimeout>(this)) {
  connection_->start(*this);
  connectTimer_.arm(cluster_.info().options.connectTimeout);
}

TcpClient::~TcpClient() = default;

void TcpClient::attach(ResponseCallbacks& stream) {
  ORRERY_ASSERT(!used_, "a connection carries one stream");
  used_ = true;
  stream_ = &stream;
  idleTimer_.disarm();
  life_.countRequest();
  connection_->resumeReading();
}

// ---- the request ----

void TcpClient::sendHeaders(message::HeaderMap&, bool endStream) {
  buffer::Buffer none(cluster_.worker().blocks);
  if (endStream) sendData(none, true);
}

void TcpClient::sendData(buffer::Buffer& data, bool endStream) {
  requestComplete_ = endStream;
  meter_->wireSent += data.size();
  connection_->write(data, endStream);
}

void TcpClient::sendTrailers(const message::HeaderMap&) {
  buffer::Buffer none(cluster_.worker().blocks);
  sendData(none, true);
}

void TcpClient::reset() {
  detach();
  finish(ResetReason::kLocalReset, "stream_reset");
}

void TcpClient::readDisable(bool disable) {
  readDisables_ += disable ? 1u : UINT32_MAX;
  connection_->readDisable(disable);
}

// ---- the response ----

void TcpClient::onData(buffer::Buffer& data, bool endStream) {
  if (stream_ == nullptr) {
    // A host that speaks first is listened to when somebody asks for it; one that has hung up is of no use.
    if (endStream) finish(ResetReason::kConnectionTermination, "remote_close");
    return;
  }
  meter_->wireReceived += data.size();
  if (!endStream) {
    stream_->onResponseData(data, false);
    data.clear();
    return;
  }
  buffer::Buffer last(cluster_.worker().blocks);
  last.move(data);
  responseComplete_ = true;
  ResponseCallbacks* const stream = detach();
  finish(ResetReason::kLocalReset, "response_complete");
  stream->onResponseData(last, true);
}

ResponseCallbacks* TcpClient::detach() {
  for (; readDisables_ > 0; --readDisables_) connection_->readDisable(false);
  pool_.onStreamEnded();
  meter_ = &spare_;
  return std::exchange(stream_, nullptr);
}

// ---- the connection ----

void TcpClient::onConnected() {
  connecting_ = false;
  connectTimer_.disarm();
  const Duration idle = cluster_.info().options.tcpIdleTimeout;
  if (!idle.isZero()) idleTimer_.arm(idle);
  life_.onConnected(*connection_);
  pool_.onConnected(*this);
}

void TcpClient::onClose(net::CloseEvent event) {
  if (closed_) return;
  endedBy_ = event;
  if (connecting_) {
    finish(ResetReason::kRemoteConnectionFailure, "connect_failure");
  } else {
    finish(ResetReason::kConnectionTermination, "remote_close");
  }
}

void TcpClient::onAboveWriteBufferHighWatermark() {
  if (stream_ != nullptr) stream_->onAboveUpstreamHighWatermark();
}

void TcpClient::onBelowWriteBufferLowWatermark() {
  if (stream_ != nullptr) stream_->onBelowUpstreamLowWatermark();
}

void TcpClient::onConnectTimeout() {
  sometimes(Mark::kConnectTimedOut);
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_connect_timeout);
  finish(ResetReason::kConnectionTimeout, "connect_timeout");
}

void TcpClient::onIdleTimeout() {
  cluster_.worker().stats.add(cluster_.stats().upstream_cx_idle_timeout);
  finish(ResetReason::kLocalReset, "idle_timeout");
}

void TcpClient::shutDown() {
  finish(connecting_ ? ResetReason::kLocalConnectionFailure : ResetReason::kConnectionTermination, "shutdown");
}

void TcpClient::finish(ResetReason reason, std::string_view details) {
  ORRERY_ASSERT(!closed_, "a connection ends once");
  closed_ = true;
  connectTimer_.disarm();
  idleTimer_.disarm();
  const bool incomplete = used_ && !(requestComplete_ && responseComplete_);
  life_.onEnd(endedBy_, connecting_, incomplete, details);
  if (connecting_) failureText_ = ClientLife::connectFailure(*connection_);
  connection_->setCallbacks(nullptr);
  if (endedBy_ == net::CloseEvent::kLocalClose) {
    // What the client has said to its end is on its way to a host that has said all: it still goes.
    connection_->close(requestComplete_ && responseComplete_ ? net::CloseType::kFlushWrite : net::CloseType::kNoFlush,
                       details);
  }
  ResponseCallbacks* const stream = stream_ == nullptr ? nullptr : detach();
  pool_.onClosed(*this, connecting_, reason, failureText_);
  if (stream != nullptr) stream->onStreamReset(reason, {});
}

}  // namespace orrery::upstream
