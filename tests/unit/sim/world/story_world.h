#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "sim/world/world.h"
#include "sim/world/world_pools.h"
#include "sim/world/world_run.h"

namespace orrery::sim {

// A bootstrap with one listener and one cluster; ROUTE is what its route does.
inline std::string bootstrap(const std::string& route = "route: { cluster: origin }", const std::string& hcm = "") {
  return R"(
static_resources:
  listeners:
    - name: edge
      address: { socket_address: { address: 127.0.0.1, port_value: 10000 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: edge
                access_log:
                  - name: envoy.access_loggers.file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: /dev/stdout
)" + hcm +
         R"(
                route_config:
                  name: edge
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: { prefix: / }
                          )" +
         route + R"(
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
  clusters:
    - name: origin
      type: STATIC
      load_assignment:
        cluster_name: origin
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address: { socket_address: { address: 127.0.0.3, port_value: 8080 } }
)";
}

inline std::string story(const std::string& client, const std::string& origin, const std::string& rest = "") {
  return "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 }\nlinks:\n  "
         "proxy-origin: { latency: 5ms }\nstory:\n  client:\n" +
         client + "\n  origin:\n" + origin + "\n" + rest;
}

// Compiles and runs stories given as texts.
class World : public testing::Test {
 protected:
  Compiled compile(const std::string& scenario, const std::string& boot = bootstrap()) {
    std::map<std::string, std::string> files = {{"s/deep/s.yaml", scenario}, {"s/b.yaml", boot}};
    return compileScenario("s/deep/s.yaml", [&](const std::string& path) -> Result<std::string> {
      const auto it = files.find(path);
      if (it == files.end()) return makeError("No such file or directory");
      return it->second;
    });
  }
  RunResult run(const std::string& scenario, const std::string& boot = bootstrap(), RunRequest request = {}) {
    const Compiled c = compile(scenario, boot);
    EXPECT_TRUE(c.scenario) << (c.diagnostics.empty() ? "" : toLine(c.diagnostics[0]));
    return c.scenario ? runScenario(*c.scenario, request, pools_) : RunResult{};
  }
  // With a bug planted in its proxy.
  RunResult runPlanted(const std::string& scenario, WorldRun::Sabotage sabotage, const std::string& boot = bootstrap(),
                       RunRequest request = {}) {
    const Compiled c = compile(scenario, boot);
    EXPECT_TRUE(c.scenario) << (c.diagnostics.empty() ? "" : toLine(c.diagnostics[0]));
    if (!c.scenario) return {};
    WorldRun world(*c.scenario, request, pools_.parts(), std::move(sabotage));
    RunResult r = world.run();
    EXPECT_TRUE(world.finished());
    return r;
  }
  static std::string first(const RunResult& r) {
    return r.failures.empty() ? r.error : r.failures[0].check + ": " + r.failures[0].message;
  }
  WorldPools pools_;
};

inline const std::string kGet = "    - connect proxy:10000\n    - get / -> a";
inline const std::string kAnswer = "    - from then on, answer 200 \"hello\"";

}  // namespace orrery::sim
