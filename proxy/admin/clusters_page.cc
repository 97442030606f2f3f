#include <fmt/format.h>

#include "proxy/admin/json_text.h"
#include "proxy/admin/pages.h"

namespace orrery::admin {
namespace {

// The sum of one host's statistics over the workers.
struct HostTotals {
  uint64_t cxActive = 0;
  uint64_t cxConnectFail = 0;
  uint64_t cxTotal = 0;
  uint64_t rqActive = 0;
  uint64_t rqError = 0;
  uint64_t rqPendingActive = 0;
  uint64_t rqSuccess = 0;
  uint64_t rqTimeout = 0;
  uint64_t rqTotal = 0;
};

HostTotals totals(const upstream::SharedClusters& clusters, uint32_t cluster, uint32_t host) {
  HostTotals t;
  for (uint32_t worker = 0; worker < clusters.workers(); ++worker) {
    const upstream::HostStats& s = clusters.hostStats(worker, cluster, host);
    t.cxActive += s.cxActive.value();
    t.cxConnectFail += s.cxConnectFail.value();
    t.cxTotal += s.cxTotal.value();
    t.rqActive += s.rqActive.value();
    t.rqError += s.rqError.value();
    t.rqPendingActive += s.rqPendingActive.value();
    t.rqSuccess += s.rqSuccess.value();
    t.rqTimeout += s.rqTimeout.value();
    t.rqTotal += s.rqTotal.value();
  }
  return t;
}

// Name and value of each statistic, in Envoy's order.
template <class F>
void forEachStat(const HostTotals& t, F&& f) {
  f("cx_active", t.cxActive, true);
  f("cx_connect_fail", t.cxConnectFail, false);
  f("cx_total", t.cxTotal, false);
  f("rq_active", t.rqActive, true);
  f("rq_error", t.rqError, false);
  f("rq_pending_active", t.rqPendingActive, true);
  f("rq_success", t.rqSuccess, false);
  f("rq_timeout", t.rqTimeout, false);
  f("rq_total", t.rqTotal, false);
}

struct HealthText {
  std::string_view flags;
  std::string_view status;
};
HealthText healthOf(const upstream::HostInfo& host) {
  switch (host.options.health) {
    case upstream::HostHealth::kHealthy: break;
    case upstream::HostHealth::kDegraded: return {"/degraded_eds_health", "DEGRADED"};
    case upstream::HostHealth::kUnhealthy: return {"/failed_eds_health", "UNHEALTHY"};
  }
  return {"healthy", "HEALTHY"};
}

void appendText(std::string& out, const upstream::SharedClusters& clusters, uint32_t index) {
  const upstream::ClusterInfo& cluster = clusters.set().at(index);
  const std::string& name = cluster.options.name;
  const std::string& observable = cluster.options.altStatName.empty() ? name : cluster.options.altStatName;
  out += fmt::format("{}::observability_name::{}\n", name, observable);
  for (const auto& [priority, limits] :
       {std::pair{"default", cluster.options.breakers}, std::pair{"high", cluster.options.highBreakers}}) {
    out += fmt::format("{}::{}_priority::max_connections::{}\n", name, priority, limits.maxConnections);
    out += fmt::format("{}::{}_priority::max_pending_requests::{}\n", name, priority, limits.maxPendingRequests);
    out += fmt::format("{}::{}_priority::max_requests::{}\n", name, priority, limits.maxRequests);
    out += fmt::format("{}::{}_priority::max_retries::{}\n", name, priority, limits.maxRetries);
  }
  out += fmt::format("{}::added_via_api::false\n", name);
  for (uint32_t h = 0; h < cluster.hosts.size(); ++h) {
    const upstream::HostInfo& host = cluster.hosts[h];
    const std::string prefix = name + "::" + host.addressText + "::";
    forEachStat(totals(clusters, index, h), [&](std::string_view stat, uint64_t value, bool) {
      out += fmt::format("{}{}::{}\n", prefix, stat, value);
    });
    out += fmt::format(
        "{0}hostname::{1}\n{0}health_flags::{3}\n{0}weight::{2}\n{0}region::\n{0}zone::\n{0}sub_zone::\n"
        "{0}canary::false\n{0}priority::{4}\n{0}success_rate::-1\n{0}local_origin_success_rate::-1\n",
        prefix, host.options.hostname, host.options.weight, healthOf(host).flags, host.options.priority);
  }
}

void appendJsonHost(std::string& out, const upstream::HostInfo& host, const HostTotals& t) {
  const io::Address& address = host.options.address;
  if (address.isIp()) {
    out += fmt::format("{{\"address\":{{\"socket_address\":{{\"address\":{},\"port_value\":{}}}}}",
                       jsonString(address.ipText()), address.port());
  } else {
    out += "{\"address\":{\"pipe\":{\"path\":" + jsonString(host.addressText) + "}}";
  }
  out += ",\"stats\":[";
  std::string_view separator;
  forEachStat(t, [&](std::string_view stat, uint64_t value, bool gauge) {
    out += fmt::format("{}{{\"name\":\"{}\",\"value\":\"{}\"", separator, stat, value);
    if (gauge) out += ",\"type\":\"GAUGE\"";
    out += '}';
    separator = ",";
  });
  out += fmt::format("],\"health_status\":{{\"eds_health_status\":\"{}\"}},\"weight\":{},\"hostname\":{}",
                     healthOf(host).status, host.options.weight, jsonString(host.options.hostname));
  if (host.options.priority != 0) out += fmt::format(",\"priority\":{}", host.options.priority);
  out += '}';
}

AdminReply clustersJson(const upstream::SharedClusters& clusters) {
  AdminReply reply;
  reply.contentType = "application/json";
  reply.body = "{\"cluster_statuses\":[";
  for (uint32_t i = 0; i < clusters.set().size(); ++i) {
    const upstream::ClusterInfo& cluster = clusters.set().at(i);
    if (i > 0) reply.body += ',';
    reply.body += "{\"name\":" + jsonString(cluster.options.name) + ",\"host_statuses\":[";
    for (uint32_t h = 0; h < cluster.hosts.size(); ++h) {
      if (h > 0) reply.body += ',';
      appendJsonHost(reply.body, cluster.hosts[h], totals(clusters, i, h));
    }
    reply.body += "]}";
  }
  reply.body += "]}\n";
  return reply;
}

}  // namespace

AdminReply clustersPage(AdminHost& host, const AdminRequest& request) {
  const upstream::SharedClusters& clusters = host.clusters();
  if (request.find("format") == "json") return clustersJson(clusters);
  AdminReply reply;
  for (uint32_t i = 0; i < clusters.set().size(); ++i) appendText(reply.body, clusters, i);
  return reply;
}

}  // namespace orrery::admin
