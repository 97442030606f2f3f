#include <gtest/gtest.h>

#include "proxy/config/bootstrap.h"
#include "proxy/config/finding.h"
#include "tests/unit/proxy/config/sample.h"

namespace orrery::config {
namespace {

LoadResult merged(std::string_view text) {
  return loadMergedBootstrap({text, "--config-yaml"}, {sampleYaml(), "sample.yaml"});
}

// protobuf's MergeFrom, as Envoy uses it (server.cc, InstanceUtil::loadBootstrapConfig).
TEST(MergedBootstrap, ListsGrowAndFieldsAreReplaced) {
  const LoadResult r = merged(
      "node: {id: other}\n"
      "admin: {address: {socket_address: {port_value: 9902}}}\n"
      "static_resources: {clusters: [{name: third, connect_timeout: 2s}]}\n");
  EXPECT_EQ(findingLines(r), "");
  ASSERT_NE(r.bootstrap, nullptr);
  EXPECT_EQ(r.bootstrap->nodeId, "other");
  EXPECT_EQ(r.bootstrap->nodeCluster, "edge") << "what the second does not say stays";
  EXPECT_EQ(r.bootstrap->admin.address->text(), "127.0.0.1:9902");
  ASSERT_EQ(r.bootstrap->clusters.size(), 3u);
  EXPECT_EQ(r.bootstrap->clusters[2].connectTimeout, Duration::seconds(2));
}

TEST(MergedBootstrap, HasTheIdOfWhatItIsWorth) {
  const LoadResult plain = loadBootstrap(sampleYaml(), "sample.yaml");
  EXPECT_EQ(merged("node: {id: edge-1}").bootstrap->id, plain.bootstrap->id);
  EXPECT_NE(merged("node: {id: edge-2}").bootstrap->id, plain.bootstrap->id);
}

TEST(MergedBootstrap, EachIsReadOnItsOwn) {
  const LoadResult r = loadMergedBootstrap({"node: {id: 7}\nadmin: [", "--config-yaml"}, {"nodes: {}\n", "f.yaml"});
  EXPECT_EQ(
      findingLines(r).substr(0, findingLines(r).find("--config-yaml")),
      "f.yaml:1:1: error: nodes: envoy.config.bootstrap.v3.Bootstrap has no field 'nodes'; did you mean 'node'?\n");
  EXPECT_NE(findingLines(r).find("\n--config-yaml:"), std::string::npos) << findingLines(r);
  EXPECT_EQ(r.bootstrap, nullptr);
}

TEST(MergedBootstrap, FindingsNameTheTextTheFieldCameFrom) {
  // Rules are checked on the whole: the port is of the second, by its line there.
  EXPECT_EQ(findingLines(merged("node: {id: a}\nadmin:\n  address:\n    socket_address:\n      port_value: 99999\n"))
                .substr(0, 92),
            "--config-yaml:5:7: error: admin.address.socket_address.port_value: Proto constraint validati");
  // Elements of lists have the numbers that they have in the whole.
  const std::string twice = findingLines(merged("static_resources:\n  clusters:\n  - name: fine\n  - name: other\n"));
  EXPECT_EQ(
      twice,
      "--config-yaml:4:5: error: static_resources.clusters[3].name: cluster manager: duplicate cluster 'other'\n");
  const std::string unknown = findingLines(merged("static_resources:\n  listeners:\n  - name: l\n    adress: x\n"));
  EXPECT_EQ(unknown.substr(0, 64), "--config-yaml:4:5: error: static_resources.listeners[0].adress: ");
}

TEST(MergedBootstrap, WhatIsWrongInTheFirstIsSaidOfIt) {
  const LoadResult r = loadMergedBootstrap({"node: {id: a}\n\n\n\n\nadmin: {}\n", "--config-yaml"},
                                           {"static_resources:\n  clusters:\n  - name: c\n  - name: c\n", "f.yaml"});
  EXPECT_NE(findingLines(r).find(
                "f.yaml:4:5: error: static_resources.clusters[1].name: cluster manager: duplicate cluster 'c'"),
            std::string::npos)
      << findingLines(r);
}

TEST(SourceMap, AnAnyIsReplacedWholeAndWhatEnclosesBothStays) {
  SourceMap first, second;
  first.add("", {1, 1});
  first.add("a", {2, 1});
  first.add("a.any", {3, 1});
  first.addAny("a.any");
  first.add("a.any.old", {4, 1});
  first.addList("a.any.list", 2);
  second.add("", {1, 1});
  second.add("a", {7, 1});
  second.add("a.any", {8, 1});
  second.addAny("a.any");
  second.add("a.any.list", {9, 1});
  second.addList("a.any.list", 1);
  second.add("a.any.list[0]", {10, 1});
  first.mergeFrom(second, 1);
  const auto place = [&](std::string_view path) {
    const SourceMap::Place p = first.placeOf(path);
    return std::to_string(p.file) + ":" + std::to_string(p.mark.line);
  };
  EXPECT_EQ(place("a.any.list[0].x"), "1:10");
  EXPECT_EQ(place("a.any.old"), "1:8") << "it is no more: the Any stands for it";
  EXPECT_EQ(place("a.other"), "0:2");
  EXPECT_EQ(place("b"), "0:1");
}

TEST(MergedBootstrap, AnEmptySecondIsSaidToBeEmpty) {
  EXPECT_EQ(findingLines(merged("")), "--config-yaml: error: the file is empty\n");
}

}  // namespace
}  // namespace orrery::config
