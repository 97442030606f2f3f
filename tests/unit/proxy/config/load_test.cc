#include <gtest/gtest.h>

#include "proxy/config/bootstrap.h"
#include "tests/unit/proxy/config/sample.h"

namespace orrery::config {
namespace {

constexpr std::string_view kHcmPath = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config";

std::string lines(std::string_view text) { return findingLines(loadBootstrap(text, "f.yaml")); }

TEST(LoadBootstrap, ReadsTheSampleWithoutAFinding) {
  const LoadResult result = loadBootstrap(sampleYaml(), "sample.yaml");
  EXPECT_EQ(findingLines(result), "");
  ASSERT_NE(result.bootstrap, nullptr);
  EXPECT_EQ(result.bootstrap->listeners.size(), 1u);
  EXPECT_EQ(result.bootstrap->clusters.size(), 2u);
}

TEST(LoadBootstrap, ReadsJson) {
  const LoadResult result = loadBootstrap(
      R"({"node": {"id": "a", "cluster": "b"},
          "staticResources": {"clusters": [{"name": "c", "connectTimeout": "0.25s"}]}})",
      "f.json");
  EXPECT_EQ(findingLines(result), "");
  ASSERT_NE(result.bootstrap, nullptr);
  EXPECT_EQ(result.bootstrap->clusters[0].connectTimeout, Duration::milliseconds(250));
}

TEST(LoadBootstrap, KeepsEnvoysDefaults) {
  const LoadResult result = loadBootstrap(sampleYaml(), "sample.yaml");
  ASSERT_NE(result.bootstrap, nullptr);
  const auto& hcm =
      *static_cast<const http::HcmOptions*>(result.bootstrap->listeners[0].chain.filters[0].options.get());
  EXPECT_EQ(hcm.idleTimeout, Duration::seconds(3600));
  EXPECT_EQ(hcm.streamIdleTimeout, Duration::seconds(300));
  EXPECT_EQ(hcm.delayedCloseTimeout, Duration::seconds(1));
  EXPECT_EQ(hcm.requestLimits.maxBytes, 60u * 1024);
  EXPECT_EQ(hcm.routes->virtualHosts[0].routes[0].action->timeout, Duration::seconds(15));
  EXPECT_EQ(result.bootstrap->clusters[1].connectTimeout, Duration::seconds(5));
}

TEST(LoadBootstrap, AClusterSpeaksHttp2WhereItsOptionsSaySo) {
  const auto cluster = [](std::string_view snippet) {
    const LoadResult result = loadSample(At::kCluster, snippet);
    EXPECT_NE(result.bootstrap, nullptr) << findingLines(result);
    return result.bootstrap == nullptr ? upstream::ClusterOptions() : result.bootstrap->clusters[0];
  };
  const auto options = [](std::string_view http) {
    return "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {\"@type\": "
           "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {" +
           std::string(http) + "}}}";
  };
  EXPECT_FALSE(cluster("").http2Upstream);
  EXPECT_FALSE(cluster(options("http_protocol_options: {}")).http2Upstream);
  const auto explicitly = cluster(options("http2_protocol_options: {max_concurrent_streams: 7}"));
  EXPECT_TRUE(explicitly.http2Upstream);
  EXPECT_EQ(explicitly.http2.maxConcurrentStreams, 7u);
  EXPECT_TRUE(cluster("http2_protocol_options: {}").http2Upstream) << "deprecated, and taken by Envoy";
  EXPECT_FALSE(cluster("http2_protocol_options: {}\n    " + options("http_protocol_options: {}")).http2Upstream);
}

TEST(LoadBootstrap, CollectsEveryErrorInOrderOfLines) {
  EXPECT_EQ(
      lines("admin: {adress: x}\n"
            "static_resources:\n"
            "  clusters:\n"
            "  - name: 12\n"
            "    connect_timeout: 250ms\n"
            "nodes: {}\n"),
      "f.yaml:1:9: error: admin.adress: envoy.config.bootstrap.v3.Admin has no field 'adress'; did you mean "
      "'address'?\n"
      "f.yaml:4:11: error: static_resources.clusters[0].name: expected a string, found the integer 12 (quotes would "
      "make "
      "it a string)\n"
      "f.yaml:5:22: error: static_resources.clusters[0].connect_timeout: expected a duration in seconds such as "
      "\"0.25s\", found \"250ms\"\n"
      "f.yaml:6:1: error: nodes: envoy.config.bootstrap.v3.Bootstrap has no field 'nodes'; did you mean 'node'?\n");
}

TEST(LoadBootstrap, SaysThatAFieldIsMisspeltAndNotThatTheRightOneIsMissing) {
  EXPECT_EQ(lines("static_resources:\n"
                  "  clusters:\n"
                  "  - nam: c\n"),
            "f.yaml:3:5: error: static_resources.clusters[0].nam: envoy.config.cluster.v3.Cluster has no field 'nam'; "
            "did you mean 'name'?\n");
  const std::string hcm = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  EXPECT_EQ(lines("static_resources:\n"
                  "  listeners:\n"
                  "  - filter_chains:\n"
                  "    - filters:\n"
                  "      - name: h\n"
                  "        typed_config:\n"
                  "          \"@type\": type.googleapis.com/" +
                  hcm +
                  "\n"
                  "          stat_prefx: a\n"
                  "          rout_config: {}\n"),
            "f.yaml:8:11: error: " + std::string(kHcmPath) + ".stat_prefx: " + hcm +
                " has no field 'stat_prefx'; did you mean 'stat_prefix'?\n"
                "f.yaml:9:11: error: " +
                std::string(kHcmPath) + ".rout_config: " + hcm +
                " has no field 'rout_config'; did you mean 'route_config'?\n");
}

TEST(LoadBootstrap, NamesATabThatIndents) {
  EXPECT_EQ(lines("node:\n\tid: a\n"), "f.yaml:2:1: error: not YAML: expected spaces to indent with, found a tab\n");
  EXPECT_EQ(lines("node:\n  id: a\n \tcluster: b\n"),
            "f.yaml:3:2: error: not YAML: expected spaces to indent with, found a tab\n");
}

TEST(LoadBootstrap, GivesNoBootstrapWhenAnythingIsRefused) {
  const LoadResult result = loadSample(At::kBootstrap, "hds_config: {}");
  EXPECT_EQ(result.bootstrap, nullptr);
  EXPECT_EQ(findingLines(result),
            "sample.yaml:47:1: error: hds_config: envoy.config.bootstrap.v3.Bootstrap.hds_config is not supported, and "
            "ignoring it could change what a peer sees\n");
}

TEST(LoadBootstrap, WarnsAboutObservabilityAndGoesOn) {
  const LoadResult result = loadSample(At::kBootstrap, "stats_config: {use_all_default_tags: false}");
  EXPECT_NE(result.bootstrap, nullptr);
  EXPECT_EQ(
      findingLines(result),
      "sample.yaml:47:1: warning: stats_config: has no effect in Orrery: stats keep their plain names and Envoy's "
      "default buckets\n");
}

TEST(LoadBootstrap, RefusesTlsByPath) {
  const std::string type = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  const LoadResult result =
      loadSample(At::kCluster, "transport_socket: {name: tls, typed_config: {\"@type\": " + type + "}}");
  EXPECT_EQ(result.bootstrap, nullptr);
  EXPECT_EQ(findingLines(result),
            "sample.yaml:45:35: error: static_resources.clusters[0].transport_socket.typed_config: only "
            "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer is supported here, found "
            "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext: TLS is not supported yet\n");
}

TEST(LoadBootstrap, NamesAnUnknownTypeAndTheLikelyOne) {
  const LoadResult result = loadSample(At::kHcm,
                                       "http_filters: [{name: r, typed_config: {\"@type\": "
                                       "type.googleapis.com/envoy.extensions.filters.http.router.v3.Ruoter}}]");
  EXPECT_EQ(findingLines(result),
            "sample.yaml:34:51: error: " + std::string(kHcmPath) +
                ".http_filters[0].typed_config.@type: no type "
                "'envoy.extensions.filters.http.router.v3.Ruoter' that Orrery knows; did you mean "
                "'envoy.extensions.filters.http.router.v3.Router'?\n");
}

TEST(LoadBootstrap, RefusesWhatEnvoysOwnCodeRefuses) {
  const auto refusal = [](At where, std::string_view snippet) { return findingLines(loadSample(where, snippet)); };
  EXPECT_EQ(refusal(At::kRouteAction, "cluster: nope"),
            "sample.yaml:31:19: error: " + std::string(kHcmPath) +
                ".route_config.virtual_hosts[0].routes[0].route.cluster: route: unknown cluster 'nope'\n");
  EXPECT_EQ(refusal(At::kBootstrap, "static_resources: {clusters: [{name: a}, {name: a}]}"),
            "sample.yaml:47:43: error: static_resources.clusters[1].name: cluster manager: duplicate cluster 'a'\n");
  EXPECT_EQ(
      refusal(At::kListener, "address: null"),
      "sample.yaml:36:5: error: static_resources.listeners[0].address: error adding listener named 'front': address is "
      "necessary\n");
  EXPECT_EQ(
      refusal(At::kHost, "domains: [a, A]"),
      "sample.yaml:32:28: error: " + std::string(kHcmPath) +
          ".route_config.virtual_hosts[0].domains[1]: Only unique values for domains are permitted. Duplicate entry "
          "of domain A in route local\n");
  const std::string local = "cluster_manager.local_cluster_name: ";
  EXPECT_EQ(refusal(At::kBootstrap, "cluster_manager: {local_cluster_name: x}"),
            "sample.yaml:47:19: error: " + local + "local cluster 'x' must be defined\n");
  EXPECT_EQ(refusal(At::kBootstrap,
                    "  - {name: x, load_assignment: {cluster_name: x, endpoints: [{priority: 1, lb_endpoints: "
                    "[{endpoint: {address: {pipe: {path: /a}}}}]}]}}\ncluster_manager: {local_cluster_name: x}"),
            "sample.yaml:48:19: error: " + local + "Unexpected non-zero priority for local cluster 'x'.\n");
  EXPECT_NE(
      refusal(At::kFilter,
              "\n          - {name: f, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http."
              "local_ratelimit.v3.LocalRateLimit, stat_prefix: a, local_cluster_rate_limit: {}}}")
          .find("local_cluster_rate_limit is set but no local cluster name is present"),
      std::string::npos);
}

TEST(LoadBootstrap, SaysWithTheLineThatAKeyWasGivenTwice) {
  EXPECT_EQ(lines("node: {id: a1}\nnode: {id: b1}\n"),
            "f.yaml:2:1: warning: node: given again; this one counts, not that of line 1\n");
}

TEST(LoadBootstrap, RuntimeKeysThatCouldMatterAreRefusedAndUnreadOnesTold) {
  const auto runtime = [](std::string_view values) {
    return findingLines(loadSample(
        At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {" + std::string(values) + "}}]}"));
  };
  EXPECT_EQ(runtime("upstream.base_retry_backoff_ms: 5"), "");
  EXPECT_EQ(runtime("my.key: 5"),
            "sample.yaml:47:38: warning: layered_runtime.layers[0].static_layer.my.key: nothing reads the runtime key "
            "my.key\n");
  EXPECT_NE(runtime("envoy.reloadable_features.x: true").find("is not supported"), std::string::npos);
  EXPECT_NE(runtime("orrery: {x: true}").find("runtime key orrery.x is not supported"), std::string::npos);
}

TEST(LoadBootstrap, IdFollowsTheContentAndNothingElse) {
  const auto id = [](std::string_view text) { return loadBootstrap(text, "f.yaml").bootstrap->id; };
  EXPECT_EQ(id("node: {id: a1, cluster: b1}"), id("# a comment\nnode:\n  cluster: b1\n  id: 'a1'\n"));
  EXPECT_NE(id("node: {id: a1, cluster: b1}"), id("node: {id: a1, cluster: b2}"));
  EXPECT_EQ(id("node: {id: a1}").size(), 32u);
}

TEST(LoadBootstrap, FindingsAreOneLineEach) {
  const std::string text = lines("\"a\\nb\": 1\n");
  EXPECT_EQ(text, "f.yaml:1:1: error: a\\x0ab: envoy.config.bootstrap.v3.Bootstrap has no field 'a\\x0ab'\n");
}

}  // namespace
}  // namespace orrery::config
