#include "cli/simulator.h"

#include "cli/files.h"
#include "proxy/config/bootstrap.h"
#include "sim/script/script.h"
#include "sim/world/world.h"

namespace orrery::cli {

namespace {

std::vector<sim::Diagnostic> checkBootstrap(const std::string& text, const std::string& file) {
  std::vector<sim::Diagnostic> out;
  for (const config::Finding& f : config::loadBootstrap(text, file, readWholeFile).findings) {
    out.push_back({f.severity == config::Severity::kWarning, f.file, f.line, f.column, f.path, f.message});
  }
  return out;
}

}  // namespace

Simulator simulatedWorld() {
  return {sim::compileScenario, newWorldRunner, checkBootstrap,
          [](const std::string& text) { return script::longForm(text).text; }};
}

}  // namespace orrery::cli
