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
    : request_(request), cluster_(cluster), host_(host), number_(number), begun_(cluster.worker().dispatcher.now()) {}

stream_info::StreamInfo& AttemptRecord::info() const { return request_.info(); }

void AttemptRecord::begin() {
  nameHost();
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

void AttemptRecord::nameHost() const {
  const HostInfo& host = cluster_.info().hosts[host_];
  info().upstreamHost = host.addressText;
  info().upstreamHostName = host.options.hostname;
  info().upstreamHostMetadata = host.options.metadata.get();
}

void AttemptRecord::forgetHost() const {
  info().upstreamHost = info().upstreamHostName = {};
  info().upstreamHostMetadata = nullptr;
}

void AttemptRecord::onPoolAnswered() { info().upstreamPoolReady = now() - begun_; }

void AttemptRecord::onConnection(UpstreamStream& stream) {
  localAddress_ = request_.callbacks().arena().copy(stream.localAddressText());
  connectionId_ = stream.connectionId();
  protocol_ = stream.protocol();
  connectBegin_ = stream.connectBegin();
  connectEnd_ = stream.connectEnd();
  stream.countInto(info().upstreamBytes);
  nameConnection();
}

void AttemptRecord::nameConnection() const {
  info().upstreamLocalAddress = localAddress_;
  info().upstreamConnectionId = connectionId_;
  info().upstreamProtocol = protocol_;
  info().upstreamConnectBegin.mark(connectBegin_);
  info().upstreamConnectEnd.mark(connectEnd_);
}

void AttemptRecord::onSent(bool endStream) {
  markFirst(info().firstUpstreamTxByte, now());
  if (endStream) info().lastUpstreamTxByte.mark(now());
}

void AttemptRecord::onResponseBegin() { markFirst(info().firstUpstreamRxByte, now()); }

void AttemptRecord::onResponseData() { markFirst(info().firstUpstreamRxBody, now()); }

void AttemptRecord::onReceived(bool endStream) {
  if (endStream) info().lastUpstreamRxByte.mark(now());
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

}  // namespace orrery::upstream
