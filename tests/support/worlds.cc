#include "tests/support/worlds.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace orrery::tests {

namespace {

Result<std::string> readDisk(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return makeError("No such file or directory");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::shared_ptr<const sim::CompiledScenario> compile(const std::string& path, const sim::ReadFile& read) {
  sim::Compiled compiled = sim::compileScenario(path, read);
  if (compiled.scenario == nullptr) {
    for (const sim::Diagnostic& d : compiled.diagnostics) std::fprintf(stderr, "%s\n", toLine(d).c_str());
    std::abort();
  }
  return compiled.scenario;
}

}  // namespace

std::shared_ptr<const sim::CompiledScenario> compileFile(const std::string& path) { return compile(path, readDisk); }

std::shared_ptr<const sim::CompiledScenario> compileText(const std::string& text, const std::string& asIfAt,
                                                         const std::map<std::string, std::string>& files) {
  return compile(asIfAt, [&](const std::string& path) -> Result<std::string> {
    if (path == asIfAt) return text;
    if (const auto file = files.find(path); file != files.end()) return file->second;
    return readDisk(path);
  });
}

std::string failuresOf(const sim::RunResult& result) {
  std::string out = result.error;
  for (const sim::CheckFailure& f : result.failures) out += f.check + ": " + f.message + "; ";
  return out;
}

}  // namespace orrery::tests
