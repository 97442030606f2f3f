#pragma once

#include <memory>
#include <string>
#include <utility>

#include "sim/world/world_parts.h"
#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {

// A proxy that does what one bootstrap says, judged by what another one says: to whoever judges, the proxy has a bug. One
// without a time-out that the judge knows is a proxy whose timer never fires; one with a filter that the judge does not
// know holds a stream for no reason.
class JudgedByAnother final : public CompiledScenario {
 public:
  JudgedByAnother(std::shared_ptr<const CompiledScenario> runs, const CompiledScenario& judge)
      : runs_(std::move(runs)),
        parts_{runs_->parts().bootstrap, runs_->parts().plans, judge.parts().facts, runs_->parts().proxyAddresses,
               runs_->parts().stats} {}
  const Scenario& scenario() const override { return runs_->scenario(); }
  const std::string& path() const override { return runs_->path(); }
  const std::string& bootstrapPath() const override { return runs_->bootstrapPath(); }
  const std::string& text() const override { return runs_->text(); }
  const std::string& bootstrapText() const override { return runs_->bootstrapText(); }
  const std::vector<NamedFile>& namedFiles() const override { return runs_->namedFiles(); }
  const Parts& parts() const override { return parts_; }

 private:
  std::shared_ptr<const CompiledScenario> runs_;
  Parts parts_;
};

class JudgedWorld : public World {
 protected:
  RunResult planted(const std::string& scenario, const std::string& proxy, const std::string& judge) {
    const Compiled runs = compile(scenario, proxy), says = compile(scenario, judge);
    EXPECT_TRUE(runs.scenario) << (runs.diagnostics.empty() ? "" : toLine(runs.diagnostics[0]));
    EXPECT_TRUE(says.scenario) << (says.diagnostics.empty() ? "" : toLine(says.diagnostics[0]));
    if (!runs.scenario || !says.scenario) return {};
    return runScenario(JudgedByAnother(runs.scenario, *says.scenario), {}, pools_);
  }
};

}  // namespace orrery::sim
