#include "proxy/upstream/client_life.h"

#include "proxy/upstream/cluster.h"

namespace orrery::upstream {

ClientLife::ClientLife(Cluster& cluster, uint32_t host, stats::CounterId protocolTotal)
    : cluster_(cluster),
      host_(host),
      id_(++cluster.worker().lastUpstreamConnectionId),
      created_(cluster.worker().dispatcher.now()) {
  stats::Block& block = cluster_.worker().stats;
  block.add(cluster_.stats().upstream_cx_total);
  block.add(protocolTotal);
  block.increment(cluster_.stats().upstream_cx_active);
  HostStats& counted = cluster_.hostStats(host_);
  counted.cxTotal.add();
  counted.cxActive.add();
}

std::unique_ptr<net::Connection> ClientLife::connect(bool halfClose) {
  const ClusterOptions& options = cluster_.info().options;
  net::ConnectionOptions connection;
  connection.bufferLimit = options.perConnectionBufferLimit;
  connection.detectEarlyClose = false;
  connection.halfClose = halfClose;
  const EndpointOptions& endpoint = cluster_.info().hosts[host_].options;
  auto made = net::Connection::connect(cluster_.worker(), endpoint.address, options.socket, connection);
  made->setStats(cluster_.stats().connection);
  return made;
}

void ClientLife::onConnected(const net::Connection& connection) {
  net::Worker& worker = cluster_.worker();
  connected_ = worker.dispatcher.now();
  const Duration took = connected_ - created_;
  worker.stats.record(cluster_.stats().upstream_cx_connect_ms, static_cast<uint64_t>(took.inMilliseconds()));
  if (!worker.sink.wantsTrace()) return;
  events::UpstreamConnected event;
  event.worker = worker.index;
  event.connection = id_;
  event.host = cluster_.info().hosts[host_].addressText;
  event.local = connection.localAddressText();
  worker.sink.emit(event);
}

void ClientLife::onEnd(net::CloseEvent by, bool connecting, bool incomplete, std::string_view details) {
  net::Worker& worker = cluster_.worker();
  stats::Block& block = worker.stats;
  const ClusterStats& stats = cluster_.stats();
  HostStats& counted = cluster_.hostStats(host_);
  const bool remote = by == net::CloseEvent::kRemoteClose;
  block.decrement(stats.upstream_cx_active);
  counted.cxActive.sub();
  block.add(stats.upstream_cx_destroy);
  block.add(remote ? stats.upstream_cx_destroy_remote : stats.upstream_cx_destroy_local);
  if (incomplete) {
    block.add(stats.upstream_cx_destroy_with_active_rq);
    block.add(remote ? stats.upstream_cx_destroy_remote_with_active_rq
                     : stats.upstream_cx_destroy_local_with_active_rq);
  }
  if (connecting) {
    block.add(stats.upstream_cx_connect_fail);
    counted.cxConnectFail.add();
  } else {
    block.record(stats.upstream_rq_per_cx, requests_);
  }
  const Duration lived = worker.dispatcher.now() - created_;
  block.record(stats.upstream_cx_length_ms, static_cast<uint64_t>(lived.inMilliseconds()));
  if (!worker.sink.wantsTrace()) return;
  events::UpstreamClosed event;
  event.worker = worker.index;
  event.connection = id_;
  event.reason = details;
  worker.sink.emit(event);
}

std::string ClientLife::connectFailure(const net::Connection& connection) {
  if (connection.transportFailure() == io::IoError::kNone) return {};
  return "delayed connect error: " + std::string(io::ioErrorText(connection.transportFailure()));
}

}  // namespace orrery::upstream
