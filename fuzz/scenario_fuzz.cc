#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include "proxy/base/assert.h"
#include "sim/script/cases.h"
#include "sim/script/script.h"
#include "sim/world/world.h"

// Any bytes as a scenario file: a scenario or at least one error, each one line. What was read can be written at length, which is the
// same scenario, and what is written at length is so already. Nothing is run. The bootstraps that stories name are those of scenarios/.
namespace orrery {
namespace {

constexpr size_t kEnough = 64 << 10;
constexpr const char* kAsIfAt = "scenarios/fuzzed.yaml";

Result<std::string> readFile(const std::string& path, const std::string& text) {
  if (path == kAsIfAt) return text;
  // No story makes this program read what is not the repository's.
  if (!path.starts_with("scenarios/") || path.find("..") != std::string::npos)
    return makeError("No such file or directory");
  std::ifstream in(path, std::ios::binary);
  if (!in) return makeError("No such file or directory");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void tryLongForm(const std::string& text) {
  const script::LoadResult loaded = script::loadScenario(text);
  ORRERY_ASSERT((loaded.scenario == nullptr) == !loaded.problems.empty(), "a scenario, or why there is none");
  const script::LongResult once = script::longForm(text);
  if (loaded.scenario == nullptr) return;
  ORRERY_ASSERT(once.problems.empty(), "what can be read can be written at length");
  ORRERY_ASSERT(script::loadScenario(once.text).scenario != nullptr, "the long form is a scenario");
  ORRERY_ASSERT(script::longForm(once.text).text == once.text, "the long form is as long as it can be");
}

void tryCase(const std::string& text, const std::string& name) {
  const auto resolved = script::resolveCase(text, name);
  if (resolved) tryLongForm(*resolved);
  const std::string path = name.empty() ? kAsIfAt : std::string(kAsIfAt) + '#' + name;
  const sim::Compiled compiled =
      sim::compileScenario(path, [&text](const std::string& asked) { return readFile(asked, text); });
  bool refused = false;
  for (const sim::Diagnostic& d : compiled.diagnostics) {
    refused = refused || !d.warning;
    ORRERY_ASSERT(toLine(d).find('\n') == std::string::npos, "a diagnostic is one line");
  }
  ORRERY_ASSERT((compiled.scenario == nullptr) == refused, "a compiled scenario, or why there is none");
}

}  // namespace
}  // namespace orrery

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > orrery::kEnough) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> names = orrery::script::caseNames(text);
  constexpr size_t kFewCases = 4;
  if (names.empty()) orrery::tryCase(text, "");
  for (size_t i = 0; i < names.size() && i < kFewCases; ++i) orrery::tryCase(text, names[i]);
  return 0;
}
