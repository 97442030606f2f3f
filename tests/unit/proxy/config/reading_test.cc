#include <gtest/gtest.h>

#include "proxy/config/bootstrap.h"
#include "tests/unit/proxy/config/sample.h"

// How YAML values become fields, compared with Envoy 1.40 (see proxy/config/message_reader.h).
namespace orrery::config {
namespace {

// What is said of a port written like this; the port itself when it is read.
std::string port(std::string_view text) {
  const LoadResult result = loadSample(
      At::kListener, "address: {socket_address: {address: 127.0.0.1, port_value: " + std::string(text) + "}}");
  if (result.bootstrap == nullptr) return result.findings.at(0).message;
  return std::to_string(result.bootstrap->listeners[0].addresses[0].port());
}

TEST(Reading, IntegersAsEnvoyReadsThem) {
  EXPECT_EQ(port("10000"), "10000");
  EXPECT_EQ(port("0x2710"), "10000");
  EXPECT_EQ(port("010"), "8");
  EXPECT_EQ(port("\"3\""), "3");
  EXPECT_EQ(port("3.0"), "3");
  EXPECT_EQ(port("1e3"), "1000");
  EXPECT_EQ(port("3.5"), "expected an unsigned integer of 32 bits, found \"3.5\"");
  EXPECT_EQ(port("-1"), "expected an unsigned integer of 32 bits, found the integer -1");
  EXPECT_EQ(port("true"), "expected an unsigned integer of 32 bits, found the bool true");
  EXPECT_EQ(port("\" 3\""), "expected an unsigned integer of 32 bits, found \" 3\"");
  EXPECT_EQ(port("[1]"), "expected an unsigned integer of 32 bits, found a list");
}

std::string reusePort(std::string_view text) {
  const LoadResult result = loadSample(At::kListener, "enable_reuse_port: " + std::string(text));
  if (result.bootstrap == nullptr) return result.findings.at(0).message;
  return result.bootstrap->listeners[0].socket.reusePort ? "true" : "false";
}

TEST(Reading, BoolsAsEnvoyReadsThem) {
  EXPECT_EQ(reusePort("no"), "false");
  EXPECT_EQ(reusePort("OFF"), "false");
  EXPECT_EQ(reusePort("\"false\""), "false");
  EXPECT_EQ(reusePort("null"), "true");
  EXPECT_EQ(reusePort("0"), "expected true or false, found the integer 0");
  EXPECT_EQ(reusePort("\"no\""), "expected true or false, found \"no\"");
}

TEST(Reading, EnumsByNameInAnyCaseOrByNumber) {
  const auto policy = [](std::string_view text) {
    return findingLines(loadSample(At::kCluster, "lb_policy: " + std::string(text)));
  };
  EXPECT_EQ(policy("Random"), "");
  EXPECT_EQ(policy("3"), "");
  EXPECT_EQ(policy("\"3\""), "");
  EXPECT_NE(policy("round-robin").find("has no value \"round-robin\"; did you mean 'ROUND_ROBIN'?"), std::string::npos);
}

TEST(Reading, OneOfAOneofOnly) {
  EXPECT_NE(findingLines(loadSample(At::kListener,
                                    "address: {socket_address: {address: 1.1.1.1, port_value: 1}, pipe: {path: /a}}"))
                .find("only one of the oneof 'address' may be given, and 'socket_address' is"),
            std::string::npos);
}

TEST(Reading, AnyNeedsATypeUrl) {
  const auto filter = [](std::string_view config) {
    return loadSample(At::kHcm, "http_filters: [{name: r, typed_config: " + std::string(config) + "}]")
        .findings.at(0)
        .message;
  };
  EXPECT_EQ(filter("{suppress_envoy_headers: true}"), "a typed_config needs \"@type\"");
  EXPECT_EQ(filter("{\"@type\": envoy.extensions.filters.http.router.v3.Router}").substr(0, 33),
            "expected a type URL with a slash,");
  EXPECT_EQ(filter("{}"), "Didn't find a registered implementation for 'r' with type URL: ''");
}

TEST(Reading, SyntaxErrorsCarryTheirLine) {
  const LoadResult result = loadBootstrap("node:\n  id: a1\n bad: [\n", "f.yaml");
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].line, 3);
  EXPECT_EQ(result.findings[0].message.substr(0, 9), "not YAML:");
}

TEST(Reading, AnEmptyFileIsRefused) {
  EXPECT_EQ(findingLines(loadBootstrap("", "f.yaml")), "f.yaml: error: the file is empty\n");
  EXPECT_EQ(findingLines(loadBootstrap("~", "f.yaml")), "f.yaml:1:1: error: expected a mapping, found null\n");
}

// 30 levels of ten aliases each stand for 10^30 values.
TEST(Reading, AliasesCannotMakeASmallFileLarge) {
  std::string text = "node: {metadata: {a0: &a0 [x]";
  for (int i = 1; i <= 30; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    text += ", a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) text += (k > 0 ? ", " : "") + below;
    text += "]";
  }
  const LoadResult result = loadBootstrap(text + "}}", "f.yaml");
  EXPECT_EQ(result.bootstrap, nullptr);
  EXPECT_NE(findingLines(result).find("more than 500000 values"), std::string::npos);
}

TEST(Reading, AnAliasOfItselfIsRefused) {
  EXPECT_NE(findingLines(loadBootstrap("node: &a {metadata: {x: *a}}", "f.yaml")).find("error"), std::string::npos);
}

TEST(Reading, DepthIsBounded) {
  const LoadResult result = loadBootstrap("node: {metadata: {a: " + std::string(100'000, '[') + "}}", "f.yaml");
  EXPECT_EQ(result.bootstrap, nullptr);
  EXPECT_EQ(result.findings.size(), 1u);
}

// Every beginning of the sample, and the sample with each byte replaced: findings or a bootstrap, never anything else.
TEST(Reading, DamagedFilesGiveFindings) {
  const std::string sample = sampleYaml();
  for (size_t cut = 0; cut < sample.size(); cut += 29) {
    const LoadResult result = loadBootstrap(sample.substr(0, cut), "f.yaml");
    EXPECT_TRUE(result.bootstrap != nullptr || !result.findings.empty()) << cut;
  }
  for (size_t at = 0; at < sample.size(); at += 61) {
    for (char c : {'\0', '\xff', '{', '"', '-', ':', '&', '\n'}) {
      std::string damaged = sample;
      damaged[at] = c;
      const LoadResult result = loadBootstrap(damaged, "f.yaml");
      EXPECT_TRUE(result.bootstrap != nullptr || !result.findings.empty()) << at;
    }
  }
}

}  // namespace
}  // namespace orrery::config
