#include <gtest/gtest.h>

#include "proxy/config/bootstrap.h"
#include "tests/unit/proxy/config/sample.h"

// The words are those that Envoy 1.40.0 printed for the same files.
namespace orrery::config {
namespace {

std::string reason(At where, std::string_view snippet) {
  const LoadResult result = loadSample(where, snippet);
  for (const auto& finding : result.findings) {
    if (finding.severity == Severity::kRefused) return finding.message;
  }
  return "";
}

TEST(Validate, LengthOfAString) {
  EXPECT_EQ(
      reason(At::kHcm, "stat_prefix: \"\""),
      "Proto constraint validation failed (HttpConnectionManagerValidationError.StatPrefix: value length must be at "
      "least 1 characters)");
}

TEST(Validate, RangeWithBothEnds) {
  EXPECT_EQ(
      reason(At::kHcm, "max_request_headers_kb: 8193"),
      "Proto constraint validation failed (HttpConnectionManagerValidationError.MaxRequestHeadersKb: value must be "
      "inside range (0, 8192])");
}

TEST(Validate, RangeOfADuration) {
  EXPECT_EQ(
      reason(At::kBootstrap, "stats_flush_interval: 0.0001s"),
      "Proto constraint validation failed (BootstrapValidationError.StatsFlushInterval: value must be inside range "
      "[1ms, 5m0s))");
  EXPECT_EQ(
      reason(At::kCluster, "connect_timeout: 0s"),
      "Proto constraint validation failed (BootstrapValidationError.StaticResources: embedded message failed "
      "validation | caused by StaticResourcesValidationError.Clusters[0]: embedded message failed validation | caused "
      "by ClusterValidationError.ConnectTimeout: value must be greater than 0s)");
}

TEST(Validate, UndefinedEnumValue) {
  EXPECT_EQ(
      reason(At::kHcm, "server_header_transformation: 3"),
      "Proto constraint validation failed (HttpConnectionManagerValidationError.ServerHeaderTransformation: value must "
      "be one of the defined enum values)");
}

TEST(Validate, HeaderText) {
  EXPECT_EQ(
      reason(At::kHcm, "server_name: \"x\\ny\""),
      "Proto constraint validation failed (HttpConnectionManagerValidationError.ServerName: value does not match regex "
      "pattern \"^[^\\x00\\n\\r]*$\")");
}

TEST(Validate, RequiredOneof) {
  EXPECT_EQ(
      reason(At::kHcm, "http_protocol_options: {header_key_format: {}}"),
      "Proto constraint validation failed (HttpConnectionManagerValidationError.HttpProtocolOptions: embedded message "
      "failed validation | caused by Http1ProtocolOptionsValidationError.HeaderKeyFormat: embedded message failed "
      "validation | caused by field: \"header_format\", reason: is required)");
}

TEST(Validate, RequiredMessage) {
  EXPECT_EQ(
      reason(At::kRouteAction, "retry_policy: {retry_back_off: {}}"),
      "Proto constraint validation failed (HttpConnectionManagerValidationError.RouteConfig: embedded message failed "
      "validation | caused by RouteConfigurationValidationError.VirtualHosts[0]: embedded message failed validation | "
      "caused by VirtualHostValidationError.Routes[0]: embedded message failed validation | caused by "
      "RouteValidationError.Route: embedded message failed validation | caused by "
      "RouteActionValidationError.RetryPolicy: "
      "embedded message failed validation | caused by RetryPolicyValidationError.RetryBackOff: embedded message failed "
      "validation | caused by RetryBackOffValidationError.BaseInterval: value is required)");
}

TEST(Validate, ChainStartsAnewInsideAnAny) {
  EXPECT_EQ(reason(At::kHcm,
                   "access_log: [{name: f, typed_config: {\"@type\": "
                   "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog}}]"),
            "Proto constraint validation failed (FileAccessLogValidationError.Path: value length must be at least 1 "
            "characters)");
}

TEST(Validate, NumberOfItems) {
  EXPECT_NE(reason(At::kHost, "domains: []")
                .find("VirtualHostValidationError.Domains: value must contain at least 1 item(s)"),
            std::string::npos);
}

TEST(Validate, WhatCouldNotBeReadIsNotJudged) {
  const LoadResult result = loadSample(At::kCluster, "connect_timeout: 250ms");
  EXPECT_EQ(result.findings.size(), 1u) << findingLines(result);
}

}  // namespace
}  // namespace orrery::config
