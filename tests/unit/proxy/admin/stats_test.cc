#include <gtest/gtest.h>

#include "proxy/admin/stats_view.h"
#include "tests/unit/proxy/admin/fake_host.h"

namespace orrery::admin {
namespace {

using test::ask;
using test::FakeHost;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(AdminStats, SumsBlocksAndSortsNames) {
  FakeHost host;
  host.worker.add(host.origin().upstream_rq_total, 3);
  host.main.add(host.origin().upstream_rq_total, 2);
  // Raised on one thread, lowered on another.
  host.worker.decrement(host.origin().upstream_cx_active, 1);
  host.main.increment(host.origin().upstream_cx_active, 3);
  const std::string text = ask(host, "GET", "/stats").body;
  EXPECT_TRUE(contains(text, "cluster.origin.upstream_rq_total: 5\n"));
  EXPECT_TRUE(contains(text, "cluster.origin.upstream_cx_active: 2\n"));
  EXPECT_TRUE(contains(text, "cluster.origin.membership_total: 1\n"));
  EXPECT_LT(text.find("cluster.origin.bind_errors"), text.find("cluster.origin.upstream_cx_active"));
  EXPECT_TRUE(contains(text, "cluster.origin.upstream_cx_length_ms: No recorded values\n"));
}

TEST(AdminStats, ResponseCodesAppearWithTheirFirstResponse) {
  FakeHost host;
  EXPECT_FALSE(contains(ask(host, "GET", "/stats").body, "upstream_rq_200"));
  host.origin().external.charge(host.worker, 200);
  const std::string text = ask(host, "GET", "/stats").body;
  EXPECT_TRUE(contains(text, "cluster.origin.external.upstream_rq_200: 1\n"));
  EXPECT_TRUE(contains(text, "cluster.origin.external.upstream_rq_2xx: 1\n"));
  EXPECT_FALSE(contains(text, "upstream_rq_404"));
}

TEST(AdminStats, FilterUsedOnlyAndTypeSelect) {
  FakeHost host;
  host.worker.add(host.origin().upstream_cx_total);
  EXPECT_EQ(ask(host, "GET", "/stats?usedonly&filter=upstream_cx").body, "cluster.origin.upstream_cx_total: 1\n");
  EXPECT_EQ(ask(host, "GET", "/stats?filter=%5Ecluster.origin.membership_total%24").body,
            "cluster.origin.membership_total: 1\n");
  EXPECT_FALSE(contains(ask(host, "GET", "/stats?type=Gauges").body, "upstream_cx_total"));
  const AdminReply bad = ask(host, "GET", "/stats?filter=(");
  EXPECT_EQ(bad.status, 400u);
  EXPECT_TRUE(bad.body.starts_with("Invalid re2 regex: "));
  EXPECT_EQ(ask(host, "GET", "/stats?format=xml").status, 400u);
}

TEST(AdminStats, HistogramsHaveEnvoysQuantiles) {
  FakeHost host;
  host.worker.record(host.origin().upstream_rq_time, 1);
  EXPECT_EQ(ask(host, "GET", "/stats?filter=upstream_rq_time&usedonly").body,
            "cluster.origin.upstream_rq_time: P0(nan,1.05) P25(nan,1.05) P50(nan,1.05) P75(nan,1.05) P90(nan,1.05) "
            "P95(nan,1.05) P99(nan,1.05) P99.5(nan,1.05) P99.9(nan,1.05) P100(nan,1.05)\n");
}

TEST(AdminStats, PrometheusNamesAndLabelsAreEnvoys) {
  FakeHost host;
  host.worker.add(host.origin().upstream_rq_total, 4);
  host.origin().all.charge(host.worker, 503);
  host.worker.record(host.origin().upstream_cx_length_ms, 7);
  const std::string text = ask(host, "GET", "/stats/prometheus").body;
  EXPECT_TRUE(contains(text,
                       "# TYPE envoy_cluster_upstream_rq_total counter\n"
                       "envoy_cluster_upstream_rq_total{envoy_cluster_name=\"origin\"} 4\n"));
  EXPECT_TRUE(
      contains(text, "envoy_cluster_upstream_rq{envoy_response_code=\"503\",envoy_cluster_name=\"origin\"} 1\n"));
  EXPECT_TRUE(contains(
      text, "envoy_cluster_upstream_rq_xx{envoy_response_code_class=\"5\",envoy_cluster_name=\"origin\"} 1\n"));
  EXPECT_TRUE(contains(text, "# TYPE envoy_cluster_membership_total gauge\n"));
  EXPECT_TRUE(contains(text, "envoy_cluster_upstream_cx_length_ms_bucket{envoy_cluster_name=\"origin\",le=\"5\"} 0\n"));
  EXPECT_TRUE(
      contains(text, "envoy_cluster_upstream_cx_length_ms_bucket{envoy_cluster_name=\"origin\",le=\"10\"} 1\n"));
  EXPECT_TRUE(contains(text, "envoy_cluster_upstream_cx_length_ms_count{envoy_cluster_name=\"origin\"} 1\n"));
}

TEST(AdminStats, JsonHoldsValuesAndQuantiles) {
  FakeHost host;
  host.worker.add(host.origin().upstream_cx_total);
  EXPECT_EQ(ask(host, "GET", "/stats?format=json&filter=upstream_cx_total").body,
            "{\"stats\":[{\"name\":\"cluster.origin.upstream_cx_total\",\"value\":1}]}");
}

}  // namespace
}  // namespace orrery::admin
