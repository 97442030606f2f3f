// Where hosts are put (sim/world/host_plan.cc): addresses of both families, and what is refused, by name.

#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

class HostPlan : public World {
 protected:
  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
  }
  static std::string boot(const std::string& listener, const std::string& endpoint) {
    return replaced(replaced(bootstrap(), "127.0.0.1", '"' + listener + '"'), "127.0.0.3", '"' + endpoint + '"');
  }
  static std::string tale(const std::string& origin = "listens: 8080", const std::string& rest = "") {
    return replaced(story("    - connect proxy:10000\n    - get / -> a", "    - from then on, answer 200 \"x\"", rest),
                    "listens: 8080", origin);
  }
  std::string refusal(const std::string& scenario, const std::string& bootstrapText) {
    const Compiled c = compile(scenario, bootstrapText);
    EXPECT_FALSE(c.scenario);
    return c.diagnostics.empty() ? "" : toLine(c.diagnostics[0]);
  }
};

TEST_F(HostPlan, EachListenerAndEndpointMayBeOfEitherFamily) {
  for (const char* listener : {"127.0.0.1", "0.0.0.0", "::1", "::", "fd00::8", "2001:db8::8"}) {
    for (const char* endpoint : {"127.0.0.3", "::3", "fd00::1:3"}) {
      const std::string always =
          std::string("always:\n  - a.status == 200\n  - log.lines == 1\n  - origin saw each request at most once\n");
      const RunResult r = run(tale("listens: 8080", always), boot(listener, endpoint));
      EXPECT_EQ(r.outcome, RunOutcome::kPass) << listener << " " << endpoint << " " << first(r);
    }
  }
}

TEST_F(HostPlan, AHostSaysItsAddress) {
  const RunResult r =
      run(tale("listens: 8080, address: '::3'", "always:\n  - a.status == 200\n"), boot("127.0.0.1", "::3"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
}

TEST_F(HostPlan, ABalancerOfIpv6HasHostsThatListenThere) {
  const std::string scenario = R"(claim: c
proxy: { bootstrap: b.yaml }
hosts:
  client:
  lb: { listens: 8080, balances: [left, right] }
  left: { listens: 8080 }
  right: { listens: 8080 }
story:
  client: [ connect proxy:10000, get / -> a ]
  left: [ 'from then on, answer 200 "x"' ]
  right: [ 'from then on, answer 200 "x"' ]
always:
  - a.status == 200
)";
  const RunResult r = run(scenario, boot("::1", "::3"));
  EXPECT_EQ(r.outcome, RunOutcome::kPass) << first(r);
}

TEST_F(HostPlan, AnAddressThatNobodyCanHaveIsRefused) {
  const std::string wanted =
      "expected an IPv6 address of the simulated network, such as ::1, ::1:2, fd00::1 or 2001:db8::1, found ";
  EXPECT_EQ(refusal(tale(), boot("ff02::1", "::3")),
            "s/deep/s.yaml: error: listener edge: " + wanted + "[ff02::1]:10000");
  EXPECT_EQ(refusal(tale(), boot("::1", "fd00:1:2::3")),
            "s/deep/s.yaml: error: cluster origin: " + wanted + "fd00:1:2::3");
  EXPECT_EQ(refusal(tale("listens: 8080, address: 'fd00:x'"), boot("::1", "::3")),
            "s/deep/s.yaml: error: hosts.origin.address: " + wanted + "fd00:x");
  EXPECT_EQ(refusal(tale("listens: 8080, address: '::'"), boot("::1", "::3")),
            "s/deep/s.yaml: error: hosts.origin.address: " + wanted + "::");
}

TEST_F(HostPlan, AnAddressThatAnotherHasIsRefused) {
  EXPECT_EQ(
      refusal(tale("listens: 8080, address: '::1'"), boot("::", "::3")),
      "s/deep/s.yaml: error: hosts.origin.address: expected an address of its own, found ::1, which another host has");
  EXPECT_EQ(
      refusal(replaced(tale("listens: 8080, address: 127.0.0.7"), "  client:\n", "  client: { address: 127.0.0.7 }\n"),
              bootstrap()),
      "s/deep/s.yaml: error: hosts.origin.address: expected an address of its own, found 127.0.0.7, which another "
      "host has");
}

}  // namespace
}  // namespace orrery::sim
