#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "sim/scenario/scenario.h"
#include "sim/world/diagnostic.h"
#include "sim/world/run_request.h"
#include "sim/world/run_result.h"

namespace orrery::sim {

struct NamedFile {
  std::string path;
  std::string text;
};

// A scenario and its bootstrap, parsed and compiled once: deeply const, shared by any number of runs on any number of OS
// threads at a time. The parts that worlds need are hidden behind `Parts` (world_parts.h, for what runs stories).
class CompiledScenario {
 public:
  struct Parts;

  virtual ~CompiledScenario() = default;
  virtual const Scenario& scenario() const = 0;
  virtual const std::string& path() const = 0;  // as given
  // Where the bootstrap was found; the scenario's file if it stands there.
  virtual const std::string& bootstrapPath() const = 0;
  // The bytes of both, for .run files (the caller hashes them). Of the bootstrap: as the proxy gets it, overrides included.
  virtual const std::string& text() const = 0;
  virtual const std::string& bootstrapText() const = 0;
  // The files that the bootstrap names, in the order in which they were read.
  virtual const std::vector<NamedFile>& namedFiles() const = 0;
  virtual const Parts& parts() const = 0;
};

// Reads a whole file; the error is what the system says ("No such file or directory").
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

struct Compiled {
  std::shared_ptr<const CompiledScenario> scenario;  // null if anything was refused
  std::vector<Diagnostic> diagnostics;               // errors and warnings, each with its place
};

// `path` names a scenario file, and behind a # one of its cases (sim/script/cases.h). The bootstrap is looked for beside it and then in each folder above, at most 16 of them.
// Never throws; hostile input gives diagnostics. Threading: one at a time.
Compiled compileScenario(const std::string& path, const ReadFile& readFile);

// Memory that outlives worlds, one for each OS thread that runs some; no run can see what it holds.
class WorldPools {
 public:
  struct Parts;

  WorldPools();
  ~WorldPools();
  WorldPools(const WorldPools&) = delete;
  WorldPools& operator=(const WorldPools&) = delete;
  Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

// Builds the world, runs the story, judges it, takes everything down. Equal scenario and strategy give an equal result,
// whatever ran before. Threading: any OS thread, with pools of its own. Errors: all in the result.
RunResult runScenario(const CompiledScenario& scenario, const RunRequest& request, WorldPools& pools);

}  // namespace orrery::sim
