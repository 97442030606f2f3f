#include "proxy/stats/output.h"

#include <gtest/gtest.h>

// Expected texts were printed by Envoy 1.40.
namespace orrery::stats {
namespace {

std::string seriesText(std::string_view name) {
  const Series s = seriesOf(name);
  std::string out = s.name + " {";
  for (const auto& l : s.labels) out += std::string(l.name) + "=" + l.value + " ";
  return out + "}";
}

TEST(StatsSeries, LabelsAreTakenOutOfNamesInEnvoysOrder) {
  EXPECT_EQ(seriesText("cluster.c_up.upstream_rq_200"),
            "cluster.upstream_rq {envoy_response_code=200 envoy_cluster_name=c_up }");
  EXPECT_EQ(seriesText("vhost.v.vcluster.ab.upstream_rq_200"),
            "vhost.vcluster.upstream_rq {envoy_response_code=200 envoy_virtual_cluster=ab envoy_virtual_host=v }");
  EXPECT_EQ(seriesText("vhost.v2.route.x y.upstream_rq_total"),
            "vhost.route.upstream_rq_total {envoy_virtual_host=v2 envoy_route=x y }");
  EXPECT_EQ(seriesText("vhost.v.w.route.to.upstream_rq_5xx"),
            "vhost.w.route.to.upstream_rq_xx {envoy_response_code_class=5 envoy_virtual_host=v }");
  EXPECT_EQ(seriesText("cluster.c_up.external.upstream_rq_2xx"),
            "cluster.external.upstream_rq_xx {envoy_response_code_class=2 envoy_cluster_name=c_up }");
  EXPECT_EQ(seriesText("cluster.c_up.upstream_rq_total"), "cluster.upstream_rq_total {envoy_cluster_name=c_up }");
  EXPECT_EQ(seriesText("cluster.c.dotted-name.bind_errors"), "cluster.dotted-name.bind_errors {envoy_cluster_name=c }");
  EXPECT_EQ(seriesText("http.ingress.downstream_rq_5xx"),
            "http.downstream_rq_xx {envoy_response_code_class=5 envoy_http_conn_manager_prefix=ingress }");
  EXPECT_EQ(seriesText("listener.127.0.0.1_19900.downstream_cx_total"),
            "listener.downstream_cx_total {envoy_listener_address=127.0.0.1_19900 }");
  EXPECT_EQ(seriesText("listener.[__1]_80.downstream_cx_total"),
            "listener.downstream_cx_total {envoy_listener_address=[__1]_80 }");
  EXPECT_EQ(seriesText("listener.127.0.0.1_19900.http.ingress.downstream_rq_1xx"),
            "listener.http.downstream_rq_xx {envoy_response_code_class=1 envoy_http_conn_manager_prefix=ingress "
            "envoy_listener_address=127.0.0.1_19900 }");
  EXPECT_EQ(seriesText("listener.127.0.0.1_19900.worker_0.downstream_cx_total"),
            "listener.worker.downstream_cx_total {envoy_worker_id=0 envoy_listener_address=127.0.0.1_19900 }");
  EXPECT_EQ(seriesText("listener.admin.http.admin.downstream_rq_2xx"),
            "listener.admin.http.downstream_rq_xx {envoy_response_code_class=2 envoy_http_conn_manager_prefix=admin }");
  EXPECT_EQ(seriesText("listener.admin.downstream_cx_total"), "listener.admin.downstream_cx_total {}");
  EXPECT_EQ(seriesText("listener_manager.listener_added"), "listener_manager.listener_added {}");
  EXPECT_EQ(seriesText("server.worker_0.watchdog_miss"), "server.worker.watchdog_miss {envoy_worker_id=0 }");
  EXPECT_EQ(seriesText("server.live"), "server.live {}");
}

struct Output : testing::Test {
  Layout layout;
  std::string text(const Block& block) {
    const Block* const blocks[] = {&block};
    return writeText(sumBlocks(layout, blocks));
  }
  std::string prometheus(const Block& block) {
    const Block* const blocks[] = {&block};
    return writePrometheus(sumBlocks(layout, blocks));
  }
};
using StatsOutput = Output;

TEST_F(StatsOutput, TextHasCountersAndGaugesThenHistograms) {
  const HistogramId h = layout.histogram("a.time_ms");
  layout.histogram("b.time_ms");
  const CounterId c = layout.counter("z.count");
  const GaugeId g = layout.gauge("m.gauge");
  Block block(layout);
  block.add(c, 2);
  block.increment(g);
  for (const uint64_t v : {2u, 3u, 6u}) block.record(h, v);
  EXPECT_EQ(
      text(block),
      "m.gauge: 1\nz.count: 2\n"
      "a.time_ms: P0(nan,2.05) P25(nan,2.05) P50(nan,3.05) P75(nan,6.05) P90(nan,6.05) P95(nan,6.05) P99(nan,6.05) "
      "P99.5(nan,6.05) P99.9(nan,6.05) P100(nan,6.05)\n"
      "b.time_ms: No recorded values\n");
}

TEST_F(StatsOutput, PrometheusGroupsByMetricAndKind) {
  layout.gauge("server.live");
  const CounterId b = layout.counter("cluster.b.upstream_rq_2xx");
  layout.counter("cluster.a.upstream_rq_5xx");
  layout.counter("filesystem.flushed_by_timer");
  Block block(layout);
  block.add(b, 3);
  EXPECT_EQ(prometheus(block),
            "# TYPE envoy_cluster_upstream_rq_xx counter\n"
            "envoy_cluster_upstream_rq_xx{envoy_response_code_class=\"5\",envoy_cluster_name=\"a\"} 0\n"
            "envoy_cluster_upstream_rq_xx{envoy_response_code_class=\"2\",envoy_cluster_name=\"b\"} 3\n"
            "# TYPE envoy_filesystem_flushed_by_timer counter\nenvoy_filesystem_flushed_by_timer{} 0\n"
            "# TYPE envoy_server_live gauge\nenvoy_server_live{} 0\n");
}

TEST_F(StatsOutput, PrometheusHistogramsHaveEnvoysBuckets) {
  const HistogramId h = layout.histogram("cluster.c_up.upstream_rq_per_cx");
  Block block(layout);
  for (int i = 0; i < 7; ++i) block.record(h, 1);
  const std::string out = prometheus(block);
  const std::string name = "envoy_cluster_upstream_rq_per_cx";
  EXPECT_TRUE(out.starts_with("# TYPE " + name + " histogram\n" + name +
                              "_bucket{envoy_cluster_name=\"c_up\",le=\"0.5\"} 0\n" + name +
                              "_bucket{envoy_cluster_name=\"c_up\",le=\"1\"} 7\n"))
      << out;
  EXPECT_TRUE(out.ends_with(name + "_bucket{envoy_cluster_name=\"c_up\",le=\"1800000\"} 7\n" + name +
                            "_bucket{envoy_cluster_name=\"c_up\",le=\"3600000\"} 7\n" + name +
                            "_bucket{envoy_cluster_name=\"c_up\",le=\"+Inf\"} 7\n" + name +
                            "_sum{envoy_cluster_name=\"c_up\"} 7.3333333333333339254522798000835\n" + name +
                            "_count{envoy_cluster_name=\"c_up\"} 7\n"))
      << out;
}

}  // namespace
}  // namespace orrery::stats
