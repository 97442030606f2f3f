#include "proxy/upstream/request/attempt_record.h"

#include <utility>

#include "proxy/upstream/request/request.h"

namespace orrery::upstream {

namespace {

void markFirst(stream_info::Instant& instant, TimePoint now) {
  if (!instant.set) instant.mark(now);
}

}  // namespace

AttemptRecord::AttemptRecord(Request& request, Cluster& cluster, uint32_t host, uint32_t number)
    : request_(request), cluster_(cluster), host_(host), number_(number), begun_(cluster.worker().dispatcher.now()) {
  if (request.logs() != nullptr) log_ = std::make_unique<AttemptLog>(*request.logs(), request, cluster);
}

stream_info::StreamInfo& AttemptRecord::info() const { return request_.info(); }

void AttemptRecord::begin() {
  nameHost();
  if (log_ != nullptr) nameHostIn(log_->info());
  // Nothing is known of its connection yet.
  info().upstreamLocalAddress = {};
  info().upstreamConnectionId = 0;
  info().upstreamProtocol.reset();
  info().upstreamConnectBegin = info().upstreamConnectEnd = {};
  info().upstreamPoolReady.reset();
  net::Worker& worker = cluster_.worker();
  if (!worker.sink.wantsTrace()) return;
  events::AttemptStarted event;
  event.worker = worker.index;
  event.connection = info().connectionId;
  event.request = info().requestNumber;
  event.attempt = number_;
  event.cluster = cluster_.info().options.name;
  event.host = cluster_.info().hosts[host_].addressText;
  worker.sink.emit(event);
}

void AttemptRecord::nameHost() const { nameHostIn(info()); }

void AttemptRecord::nameHostIn(stream_info::StreamInfo& info) const {
  const HostInfo& host = cluster_.info().hosts[host_];
  info.upstreamHost = host.addressText;
  info.upstreamHostName = host.options.hostname;
  info.upstreamHostMetadata = host.options.metadata.get();
}

void AttemptRecord::forgetHost() {
  inBoth([](stream_info::StreamInfo& info) {
    info.upstreamHost = info.upstreamHostName = {};
    info.upstreamHostMetadata = nullptr;
  });
}

void AttemptRecord::onPoolAnswered() {
  inBoth([this](stream_info::StreamInfo& info) { info.upstreamPoolReady = now() - begun_; });
}

void AttemptRecord::onConnection(UpstreamStream& stream) {
  localAddress_ = request_.callbacks().arena().copy(stream.localAddressText());
  connectionId_ = stream.connectionId();
  protocol_ = stream.protocol();
  connectBegin_ = stream.connectBegin();
  connectEnd_ = stream.connectEnd();
  stream.countInto(info().upstreamBytes);
  nameConnection();
  if (log_ == nullptr) return;
  nameConnectionIn(log_->info());
  log_->info().protocol = protocol_;
  log_->onPoolReady();
}

void AttemptRecord::nameConnection() const { nameConnectionIn(info()); }

void AttemptRecord::nameConnectionIn(stream_info::StreamInfo& info) const {
  info.upstreamLocalAddress = localAddress_;
  info.upstreamConnectionId = connectionId_;
  info.upstreamProtocol = protocol_;
  info.upstreamConnectBegin.mark(connectBegin_);
  info.upstreamConnectEnd.mark(connectEnd_);
}

void AttemptRecord::onSent(bool endStream) {
  inBoth([&](stream_info::StreamInfo& info) {
    markFirst(info.firstUpstreamTxByte, now());
    if (endStream) info.lastUpstreamTxByte.mark(now());
  });
}

void AttemptRecord::onSentBody(size_t size) {
  if (log_ != nullptr) log_->info().bytesSent += size;
}

void AttemptRecord::onResponseBegin() {
  inBoth([this](stream_info::StreamInfo& info) { markFirst(info.firstUpstreamRxByte, now()); });
}

void AttemptRecord::onResponseData() {
  inBoth([this](stream_info::StreamInfo& info) { markFirst(info.firstUpstreamRxBody, now()); });
}

void AttemptRecord::onReceived(bool endStream) {
  if (!endStream) return;
  inBoth([this](stream_info::StreamInfo& info) { info.lastUpstreamRxByte.mark(now()); });
}

void AttemptRecord::onTakenHeaders(const message::HeaderMap& headers) {
  if (log_ == nullptr) return;
  log_->info().responseCode = headers.status();
  log_->keepHeaders(headers);
}

void AttemptRecord::onTakenBody(size_t size) {
  if (log_ != nullptr) log_->info().bytesReceived += size;
}

void AttemptRecord::onTakenTrailers(const message::HeaderMap& trailers) {
  if (log_ != nullptr) log_->keepTrailers(trailers);
}

void AttemptRecord::onReset(ResetReason reason, std::string_view transportFailure) {
  if (log_ == nullptr) return;
  log_->info().flags.set(flagOf(reason));
  log_->info().upstreamTransportFailureReason = request_.callbacks().arena().copy(transportFailure);
}

void AttemptRecord::onTimeout(bool idle) {
  using stream_info::ResponseFlag;
  if (log_ == nullptr) return;
  log_->info().flags.set(idle ? ResponseFlag::kStreamIdleTimeout : ResponseFlag::kUpstreamRequestTimeout);
}

void AttemptRecord::finish(std::string_view result, uint32_t status) {
  if (std::exchange(finished_, true)) return;
  net::Worker& worker = cluster_.worker();
  if (!worker.sink.wantsTrace()) return;
  events::AttemptFinished event;
  event.worker = worker.index;
  event.connection = info().connectionId;
  event.request = info().requestNumber;
  event.attempt = number_;
  event.status = status;
  event.result = result;
  worker.sink.emit(event);
}

void AttemptRecord::log() {
  if (log_ != nullptr && !std::exchange(logged_, true)) log_->end();
}

}  // namespace orrery::upstream
