#include "sim/world/overrides.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

constexpr const char* kHcm = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config";

// A story of one request, whose proxy is what `proxy` says.
std::string storyWith(const std::string& proxy, const std::string& rest = "") {
  return "claim: c\n" + proxy +
         "hosts:\n  client:\n  origin: { listens: 8080 }\nstory:\n"
         "  client: [ connect proxy:10000, get / -> asked ]\n"
         "  origin: [ accept, answer 200 after 2s ]\n" +
         rest;
}
std::string overriding(const std::string& lines) { return "proxy:\n  bootstrap: b.yaml\n  overrides:\n" + lines; }

class Overrides : public World {
 protected:
  std::string firstLine(const std::string& scenario, const std::string& boot = bootstrap()) {
    const Compiled c = compile(scenario, boot);
    return c.diagnostics.empty() ? "" : toLine(c.diagnostics[0]);
  }
};

TEST_F(Overrides, AFieldBecomesWhatTheScenarioSays) {
  const std::string always = "always: [ asked.status == 504, asked.took in 1s..1.001s ]\n";
  for (const std::string& path : {std::string(kHcm) + ".route_config.virtual_hosts[0].routes[0].route.timeout",
                                  std::string("...route.timeout"), std::string("static_resources...route.timeout")}) {
    const RunResult r = run(storyWith(overriding("    " + path + ": 1s\n"), always));
    EXPECT_EQ(r.outcome, RunOutcome::kPass) << path << ": " << first(r);
  }
  EXPECT_EQ(run(storyWith("proxy: { bootstrap: b.yaml }\n", always)).outcome, RunOutcome::kFail);
}

TEST_F(Overrides, FieldsAreReplacedAddedAndTakenOut) {
  const Compiled c = compile(
      storyWith(overriding("    ...http_filters[0].name: router\n"
                           "    ...filters[0].typed_config.access_log:\n"
                           "    ...filters[0].typed_config.common_http_protocol_options.idle_timeout: 3s\n"
                           "    ...virtual_hosts[0].routes[1]: { match: { prefix: /b }, route: { cluster: origin } }\n"
                           "    ...clusters[0].name: \"origin\"\n")));
  ASSERT_TRUE(c.scenario) << toLine(c.diagnostics[0]);
  const std::string& text = c.scenario->bootstrapText();
  EXPECT_EQ(text.find("access_log"), std::string::npos);
  EXPECT_NE(text.find("\"idle_timeout\": 3s"), std::string::npos) << text;
  EXPECT_NE(text.find("\"prefix\": /b"), std::string::npos) << text;
  EXPECT_EQ(c.scenario->bootstrapPath(), "s/b.yaml");
}

TEST_F(Overrides, LaterOnesFindWhatEarlierOnesMade) {
  const Compiled c =
      compile(storyWith(overriding("    ...clusters[1]: { name: other, connect_timeout: 1s }\n"
                                   "    ...clusters[1].connect_timeout: 2s\n")));
  ASSERT_TRUE(c.scenario) << toLine(c.diagnostics[0]);
  EXPECT_NE(c.scenario->bootstrapText().find("\"connect_timeout\": 2s"), std::string::npos);
}

TEST_F(Overrides, APlaceThatIsNoneIsNamedWithTheNearestWord) {
  const auto why = [&](const std::string& line) { return firstLine(storyWith(overriding("    " + line + "\n"))); };
  EXPECT_EQ(why("...rout.timeout: 1s"),
            "s/deep/s.yaml:5:5: error: proxy.overrides....rout.timeout: expected a field of the bootstrap behind "
            "'...', found "
            "'rout'; did you mean 'route'?");
  EXPECT_EQ(why("...name: x").substr(0, 103),
            "s/deep/s.yaml:5:5: error: proxy.overrides....name: expected one place behind '...', found 7 of 'name': ");
  EXPECT_EQ(
      why("static_resources.listeners[2].name: x"),
      "s/deep/s.yaml:5:5: error: proxy.overrides.static_resources.listeners[2].name: expected an index from 0 to 1 "
      "(which adds one) at static_resources.listeners, found '2'");
  EXPECT_EQ(why("static_resources.clusters.name: x"),
            "s/deep/s.yaml:5:5: error: proxy.overrides.static_resources.clusters.name: expected a mapping at "
            "static_resources.clusters to have 'name', found a list");
  EXPECT_EQ(
      why("static_resources.clusters[0].load_assignment[0].x: 1"),
      "s/deep/s.yaml:5:5: error: proxy.overrides.static_resources.clusters[0].load_assignment[0].x: expected a list at "
      "static_resources.clusters[0].load_assignment, found a mapping");
  EXPECT_EQ(
      why("...clusters[0].typ:"),
      "s/deep/s.yaml:5:5: error: proxy.overrides....clusters[0].typ: expected a field to take out, found no 'typ' at "
      "...clusters[0]; did you mean 'type'?");
  EXPECT_EQ(why("...clusters[4]:"),
            "s/deep/s.yaml:5:5: error: proxy.overrides....clusters[4]: expected an index from 0 to 0 at ...clusters, "
            "found '4'");
  EXPECT_EQ(why("a..b: 1"),
            "s/deep/s.yaml:5:5: error: proxy.overrides.a..b: expected the name of a field at character 3 of the path, "
            "found '.b'");
}

TEST_F(Overrides, WhatTheProxyRefusesIsFoundAtTheLineThatSaysIt) {
  EXPECT_EQ(firstLine(storyWith(overriding("    ...route.timout: 1s\n"))),
            "s/deep/s.yaml:5:5: error: " + std::string(kHcm) +
                ".route_config.virtual_hosts[0].routes[0].route.timout: envoy.config.route.v3.RouteAction has no field "
                "'timout'; "
                "did you mean 'timeout'?");
  EXPECT_EQ(
      firstLine(storyWith(overriding("    ...route:\n      cluster: origin\n      timeout: soon\n"))).substr(0, 27),
      "s/deep/s.yaml:7:7: error: s");
  // What is wrong in the file stays there.
  const std::string wrong = bootstrap("route: { cluster: origin, timout: 1s }");
  const std::string alone = firstLine(storyWith("proxy: { bootstrap: b.yaml }\n"), wrong);
  EXPECT_EQ(firstLine(storyWith(overriding("    ...stat_prefix: x\n")), wrong), alone);
  EXPECT_EQ(alone.substr(0, 12), "s/b.yaml:25:");
}

TEST_F(Overrides, ABootstrapMayStandInTheScenario) {
  std::string here;
  std::string line;
  for (const char c : bootstrap("route: { cluster: origin, timeout: 1s }")) {
    line += c;
    if (c == '\n') here += "    " + std::exchange(line, "");
  }
  const std::string text = storyWith("proxy:\n  bootstrap:\n" + here, "always: [ asked.status == 504 ]\n");
  const RunResult r = run(text, "not read");
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
  const Compiled c = compile(text);
  ASSERT_TRUE(c.scenario);
  EXPECT_EQ(c.scenario->bootstrapPath(), "s/deep/s.yaml");
  std::string wrong = text;
  wrong.replace(wrong.find("access_log"), 10, "acces_log");
  EXPECT_EQ(firstLine(wrong).substr(0, 28), "s/deep/s.yaml:15:21: error: ") << firstLine(wrong);
  EXPECT_NE(firstLine(wrong).find("did you mean 'access_log'?"), std::string::npos);
}

TEST_F(Overrides, OneTextOfTheProxyIsOneConfiguration) {
  const Compiled a = compile(storyWith(overriding("    ...route.timeout: 1s\n")));
  const Compiled b = compile(storyWith(overriding("    ...route.timeout: 2s\n")));
  ASSERT_TRUE(a.scenario && b.scenario);
  EXPECT_NE(a.scenario->bootstrapText(), b.scenario->bootstrapText());
  EXPECT_EQ(a.scenario->bootstrapText(),
            compile(storyWith(overriding("    ...route.timeout: 1s\n"))).scenario->bootstrapText());
}

TEST_F(Overrides, AliasesOfTheFileAreBounded) {
  std::string bomb = "node: { metadata: { a0: &a0 [ x, x, x, x, x, x, x, x, x, x ]";
  for (int i = 1; i < 8; ++i) {
    const std::string above = "*a" + std::to_string(i - 1);
    bomb += ", a" + std::to_string(i) + ": &a" + std::to_string(i) + " [ " + above;
    for (int n = 1; n < 10; ++n) bomb += ", " + above;
    bomb += " ]";
  }
  const std::string line = firstLine(storyWith(overriding("    ...stat_prefix: x\n")), bomb + " } }\n" + bootstrap());
  EXPECT_EQ(line,
            "s/b.yaml:1:49: error: more values than a bootstrap may have, aliases counted as often as they are named");
  // What one names is the other's too until it is overridden.
  const Compiled c = compile(storyWith(overriding("    node.metadata.b[0]: z\n")),
                             "node: { metadata: { a: &a [ x, y ], b: *a } }\n" + bootstrap());
  ASSERT_TRUE(c.scenario) << toLine(c.diagnostics[0]);
  EXPECT_NE(c.scenario->bootstrapText().find("x,\ny\n],\n\"b\": [\nz,\ny\n]"), std::string::npos)
      << c.scenario->bootstrapText().substr(0, 200);
}

TEST_F(Overrides, WordsKeepTheirMeaning) {
  // A quoted number is a text, and a text may hold what YAML would read otherwise.
  const Compiled c = compile(storyWith(
      overriding("    ...filters[0].typed_config.server_name: 'a \"b\" #c: \\ \xC3\xBC'\n    ...stat_prefix: \"12\"\n"
                 "    ...filters[0].typed_config.normalize_path: true\n")));
  ASSERT_TRUE(c.scenario) << toLine(c.diagnostics[0]);
  EXPECT_NE(c.scenario->bootstrapText().find("\"server_name\": \"a \\\"b\\\" #c: \\\\ \xC3\xBC\""), std::string::npos);
  EXPECT_NE(c.scenario->bootstrapText().find("\"stat_prefix\": \"12\""), std::string::npos);
  EXPECT_NE(c.scenario->bootstrapText().find("\"normalize_path\": true"), std::string::npos);
}

}  // namespace
}  // namespace orrery::sim
