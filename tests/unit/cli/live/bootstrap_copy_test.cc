#include "cli/live/bootstrap_copy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace orrery::live {
namespace {

using Json = nlohmann::json;

constexpr const char* kBootstrap = R"(
static_resources:
  listeners:
    - name: edge
      filter_chains:
        - filters:
            - typed_config: &hcm
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: "8080"
                access_log:
                  - typed_config: { "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /dev/stdout }
                  - typed_config: { "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /var/a.log }
                  - typed_config: { "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /dev/stdout }
                normalize_path: true
                max_request_headers_kb: 8
                drain_timeout: 1.5s
                server_name:
)";

TEST(BootstrapCopy, KeepsValuesAsTheFileMeansThem) {
  const auto copy = copyBootstrap(kBootstrap, "/tmp/x");
  ASSERT_TRUE(copy.has_value()) << copy.error().message;
  const Json hcm =
      Json::parse(copy->json)["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
  EXPECT_EQ(hcm["stat_prefix"], "8080");
  EXPECT_EQ(hcm["normalize_path"], true);
  EXPECT_EQ(hcm["max_request_headers_kb"], 8);
  EXPECT_EQ(hcm["drain_timeout"], "1.5s");
  EXPECT_TRUE(hcm["server_name"].is_null());
}

TEST(BootstrapCopy, MovesEachLogFileOnceAndAddsItsOwn) {
  const auto copy = copyBootstrap(kBootstrap, "/tmp/x");
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ(copy->logs, (std::vector<std::string>{"/tmp/x/access.0.log", "/tmp/x/access.1.log"}));
  const Json logs = Json::parse(
      copy->json)["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]["access_log"];
  ASSERT_EQ(logs.size(), 4u);
  EXPECT_EQ(logs[0]["typed_config"]["path"], "/tmp/x/access.0.log");
  EXPECT_EQ(logs[1]["typed_config"]["path"], "/tmp/x/access.1.log");
  EXPECT_EQ(logs[2]["typed_config"]["path"], "/tmp/x/access.0.log");
  EXPECT_EQ(logs[3]["typed_config"]["path"], copy->requestLog);
}

TEST(BootstrapCopy, AsksAtTheAdminEndpointOfTheStoryOrAtOneOfItsOwn) {
  const auto own = copyBootstrap(kBootstrap, "/tmp/x");
  ASSERT_TRUE(own.has_value());
  EXPECT_EQ(own->admin, "127.0.0.1:19901");
  const auto storys =
      copyBootstrap("admin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }", "/tmp/x");
  ASSERT_TRUE(storys.has_value());
  EXPECT_EQ(storys->admin, "127.0.0.1:9901");
}

TEST(BootstrapCopy, AnAdminEndpointThatIsAPipeIsReplaced) {
  const auto copy = copyBootstrap("admin: { address: { pipe: { path: /run/admin } } }", "/tmp/x");
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ(copy->admin, "127.0.0.1:19901");
  EXPECT_FALSE(Json::parse(copy->json)["admin"]["address"].contains("pipe"));
}

TEST(BootstrapCopy, RefusesWhatIsNoMapping) {
  EXPECT_FALSE(copyBootstrap("[1, 2]", "/tmp/x").has_value());
  EXPECT_FALSE(copyBootstrap("a: [", "/tmp/x").has_value());
}

TEST(RequestLog, IsReadLineByLine) {
  const auto lines = readRequestLog("7 UC upstream_reset{a b}\n- DPE http1.codec_error\nshort\n8 - via_ups");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].request, 7u);
  EXPECT_EQ(lines[0].flags, "UC");
  EXPECT_EQ(lines[0].details, "upstream_reset{a b}");
  EXPECT_EQ(lines[1].request, 0u) << "bytes of the story's own have no id";
  EXPECT_EQ(lines[1].flags, "DPE");
}

}  // namespace
}  // namespace orrery::live
