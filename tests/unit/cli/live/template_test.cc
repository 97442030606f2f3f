#include "cli/live/template.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "cli/live/template_launch.h"
#include "tests/unit/sim/world/story_world.h"

namespace orrery::live {
namespace {

using Files = std::map<std::string, std::string>;

sim::ReadFile reading(const Files& files) {
  return [&files](const std::string& path) -> Result<std::string> {
    const auto it = files.find(path);
    if (it == files.end()) return makeError("No such file or directory");
    return it->second;
  };
}

class Templates : public testing::Test {
 protected:
  std::shared_ptr<const sim::CompiledScenario> compiled(const std::string& proxy = "{ bootstrap: b.yaml }",
                                                        const std::string& client = "connect proxy:10000") {
    files["s/b.yaml"] = sim::bootstrap();
    files["s/deep/s.yaml"] = "claim: c\nproxy: " + proxy +
                             "\nhosts: { client: , origin: { listens: 8080 } }\nstory:\n  client: [ " + client + " ]\n";
    auto result = sim::compileScenario("s/deep/s.yaml", reading(files));
    EXPECT_TRUE(result.scenario) << toLine(result.diagnostics.at(0));
    return result.scenario;
  }
  std::string whyNot(const std::string& proxy = "{ bootstrap: b.yaml }", Dialect dialect = Dialect::kNginx) {
    const auto found = findTemplate(*compiled(proxy), dialect, reading(files));
    return found ? "found " + found->file : found.error();
  }

  Files files;
};

TEST_F(Templates, StandBesideTheBootstrapOrTheStory) {
  EXPECT_EQ(whyNot(), "no b.nginx.conf beside its bootstrap");
  EXPECT_EQ(whyNot("{ bootstrap: b.yaml }", Dialect::kHaproxy), "no b.haproxy.cfg beside its bootstrap");
  files["s/b.nginx.conf"] = "x";
  EXPECT_EQ(whyNot(), "found s/b.nginx.conf");
  files["s/deep/s.nginx.conf"] = "y";
  EXPECT_EQ(whyNot(), "found s/deep/s.nginx.conf");
}

TEST_F(Templates, OfTheFileSayNothingAboutABootstrapOfTheStory) {
  files["s/b.nginx.conf"] = "x";
  const std::string varied = "{ bootstrap: b.yaml, overrides: { ...stat_prefix: z } }";
  EXPECT_EQ(whyNot(varied), "no s.nginx.conf beside it, and its bootstrap is its own");
  files["s/deep/s.nginx.conf"] = "y";
  EXPECT_EQ(whyNot(varied), "found s/deep/s.nginx.conf");
}

TEST_F(Templates, OfACaseWinsOverThatOfAllCases) {
  files["s/b.yaml"] = sim::bootstrap();
  files["s/deep/s.yaml"] =
      "claim: c\nproxy: { bootstrap: b.yaml, overrides: { ...stat_prefix: ${prefix} } }\n"
      "cases:\n  quick: { prefix: q }\n  slow: { prefix: s }\n"
      "hosts: { client: , origin: { listens: 8080 } }\nstory:\n  client: [ connect proxy:10000 ]\n";
  const auto found = [&](const std::string& name) {
    const auto story = sim::compileScenario("s/deep/s.yaml#" + name, reading(files));
    const auto one = findTemplate(*story.scenario, Dialect::kHaproxy, reading(files));
    return one ? "found " + one->file : one.error();
  };
  EXPECT_EQ(found("slow"), "no s.slow.haproxy.cfg or s.haproxy.cfg beside it, and its bootstrap is its own");
  files["s/deep/s.haproxy.cfg"] = "x";
  files["s/deep/s.slow.haproxy.cfg"] = "y";
  EXPECT_EQ(found("quick"), "found s/deep/s.haproxy.cfg");
  EXPECT_EQ(found("slow"), "found s/deep/s.slow.haproxy.cfg");
  files["s/deep/s.slow.haproxy.cfg"] = "# cannot be said: it is never slow\n";
  EXPECT_EQ(found("slow"), "it is never slow");
}

TEST_F(Templates, MaySayThatItCannotBeSaid) {
  files["s/b.nginx.conf"] = "# cannot be said: nginx does not hedge\n# more\n";
  EXPECT_EQ(whyNot(), "nginx does not hedge");
}

TEST_F(Templates, PlaceholdersAreAddressesOfTheBootstrap) {
  const auto words = placeholders(*compiled());
  const auto text = fill({"f", "listen {{listeners.edge}}; server {{ clusters.origin }};\n"}, words);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "listen 127.0.0.1:10000; server 127.0.0.3:8080;\n");
  const auto why = [&](const std::string& from) { return fill({"f.conf", from}, words).error().message; };
  EXPECT_EQ(why("a\n{{clusters.orign}}\n"),
            "f.conf:2: expected one of clusters.origin, listeners.edge, found 'clusters.orign'; did you mean "
            "'clusters.origin'?");
  EXPECT_EQ(why("{{clusters.origin\n"), "f.conf:1: expected }} behind {{, found none");
}

TEST_F(Templates, APortOfNginxServesOneProtocol) {
  const ProxyProgram nginx{"nginx", "/usr/sbin/nginx", Dialect::kNginx};
  const ProxyProgram haproxy{"haproxy", "/usr/sbin/haproxy", Dialect::kHaproxy};
  const auto both = compiled("{ bootstrap: b.yaml }", "connect proxy:10000, connect proxy:10000 with http2");
  const auto refused = templateLaunch(nginx, *both, {"f", ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "a port of nginx serves HTTP/1 or HTTP/2, not both");
  EXPECT_TRUE(templateLaunch(haproxy, *both, {"f", ""}));
  const auto many = compiled("{ bootstrap: b.yaml, workers: 2 }");
  EXPECT_EQ(templateLaunch(nginx, *many, {"f", ""}).error(), "nginx has one worker here, as it has no master process");
}

}  // namespace
}  // namespace orrery::live
