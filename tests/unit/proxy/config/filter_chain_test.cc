#include <gtest/gtest.h>

#include <string>

#include "tests/unit/proxy/config/sample.h"

// Chains of HTTP filters that cannot be, in Envoy's own words (of 1.40, which was asked).
namespace orrery::config {
namespace {

#define TYPE(name) "{\"@type\": type.googleapis.com/envoy.extensions.filters.http." name "}"
#define FILTER(name, type) "{name: " name ", typed_config: " TYPE(type) "}"
constexpr std::string_view kCodec = FILTER("codec", "upstream_codec.v3.UpstreamCodec");
constexpr std::string_view kMutation = FILTER("m", "header_mutation.v3.HeaderMutation");
constexpr std::string_view kFault = FILTER("f", "fault.v3.HTTPFault");
constexpr std::string_view kRbac = FILTER("x", "rbac.v3.RBAC");
constexpr std::string_view kRouter = FILTER("r", "router.v3.Router");

// What is refused, without its place.
std::string refusal(At at, const std::string& snippet) {
  std::string out;
  for (const Finding& finding : loadSample(at, snippet).findings) {
    if (finding.severity == Severity::kRefused) out += finding.message;
  }
  return out;
}
std::string ofRouter(std::string_view filters) {
  return refusal(At::kRouter, "upstream_http_filters: [" + std::string(filters) + "]");
}
std::string ofCluster(std::string_view filters) {
  return refusal(
      At::kCluster,
      "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {\"@type\": "
      "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: "
      "{http_protocol_options: {}}, http_filters: [" +
          std::string(filters) + "]}}");
}
std::string list(std::string_view a, std::string_view b) { return std::string(a) + ", " + std::string(b); }

TEST(UpstreamChain, EndsWithTheCodec) {
  EXPECT_EQ(ofRouter(list(kMutation, kCodec)), "");
  EXPECT_EQ(ofCluster(list(kMutation, kCodec)), "");
  EXPECT_EQ(
      ofRouter(kMutation),
      "Error: non-terminal filter named m of type envoy.filters.http.header_mutation is the last filter in a router "
      "upstream http filter chain. When upstream_http_filters are specified, they must explicitly end with an "
      "UpstreamCodec filter.");
  EXPECT_EQ(
      ofRouter(kRbac),
      "Error: non-terminal filter named x of type envoy.filters.http.upstream_rbac is the last filter in a router "
      "upstream http filter chain. When upstream_http_filters are specified, they must explicitly end with an "
      "UpstreamCodec filter.");
  EXPECT_EQ(ofCluster(kMutation),
            "The codec filter is the only valid terminal upstream HTTP filter, use "
            "'envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec'");
  EXPECT_EQ(ofRouter(list(kCodec, kCodec)),
            "Error: terminal filter named codec of type envoy.filters.http.upstream_codec must be the last filter in a "
            "router upstream http filter chain.");
  EXPECT_EQ(ofCluster(list(kCodec, kCodec)),
            "Error: terminal filter named codec of type envoy.filters.http.upstream_codec must be the last filter in a "
            "upstream http filter chain.");
}

TEST(UpstreamChain, TakesTheFiltersThatEnvoyHasThere) {
  EXPECT_EQ(ofRouter(list(kFault, kCodec)),
            "Didn't find a registered implementation for 'f' with type URL: "
            "'envoy.extensions.filters.http.fault.v3.HTTPFault'");
  EXPECT_EQ(ofCluster(list(kRouter, kCodec)),
            "Didn't find a registered implementation for 'r' with type URL: "
            "'envoy.extensions.filters.http.router.v3.Router'");
  EXPECT_EQ(refusal(At::kHcm, "http_filters: [" + list(kCodec, kRouter) + "]"),
            "Didn't find a registered implementation for 'codec' with type URL: "
            "'envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec'");
}

}  // namespace
}  // namespace orrery::config
