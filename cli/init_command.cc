#include "cli/init_command.h"

#include <filesystem>

#include "cli/files.h"
#include "cli/first_story.h"
#include "cli/json.h"
#include "proxy/config/bootstrap.h"
#include "sim/report/text.h"
#include "sim/world/diagnostic.h"

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

class Init {
 public:
  Init(const InitArguments& arguments, const Simulator& simulator, const Terminal& terminal)
      : simulator_(simulator),
        terminal_(terminal),
        json_(arguments.json),
        source_(arguments.file),
        copy_(fs::path(arguments.output) / source_.filename()),
        story_(fs::path(arguments.output) / "first.yaml") {}

  ExitCode run() {
    const auto bytes = readWholeFile(source_.string());
    if (!bytes) return complain(source_.string() + ": " + bytes.error().message);
    const config::LoadResult loaded = config::loadBootstrap(*bytes, source_.string(), readWholeFile);
    for (const config::Finding& f : loaded.findings) {
      if (f.severity == config::Severity::kWarning) continue;
      terminal_.err << sim::toLine({false, f.file, f.line, f.column, f.path, f.message}) << '\n';
    }
    if (loaded.bootstrap == nullptr) return kBadInput;
    std::error_code error;
    const bool beside = fs::equivalent(source_, copy_, error);
    for (const fs::path& file : {story_, copy_}) {
      if (fs::exists(file, error) && !(beside && file == copy_))
        return complain("init: " + file.string() + ": exists already");
    }
    const FirstStory first = firstStory(*loaded.bootstrap);
    if (first.requests.empty())
      return complain("init: " + source_.string() + ": expected an HTTP listener with a route by path, found none");
    const auto held = whatHolds(first, *bytes);
    if (!held) return kBadInput;
    if (!beside && !writeOrComplain(copy_.string(), *bytes, terminal_)) return kBadInput;
    if (!writeOrComplain(story_.string(), first.text(copy_.filename().string(), *held, {}), terminal_))
      return kBadInput;
    tell(first, *held);
    return kNothingFailed;
  }

 private:
  ExitCode complain(const std::string& message) {
    terminal_.complain(message);
    return kBadInput;
  }

  // Runs the story with all that might hold as things that happen sometimes; nothing: it cannot be run.
  std::optional<std::vector<std::string>> whatHolds(const FirstStory& first, const std::string& bootstrap) {
    std::vector<std::string> asked;
    for (const FirstStory::Request& r : first.requests) {
      asked.push_back(r.wanted);
      asked.push_back(r.name + ".ended == complete");
    }
    const std::string text = first.text(copy_.filename().string(), {}, asked);
    const auto read = [&](const std::string& path) -> Result<std::string> {
      if (fs::path(path) == story_) return text;
      if (fs::path(path) == copy_) return bootstrap;
      return makeError("No such file or directory");
    };
    const sim::Compiled compiled = simulator_.compile(story_.string(), read);
    for (const sim::Diagnostic& d : compiled.diagnostics) {
      if (!d.warning) terminal_.err << sim::toLine(d) << '\n';
    }
    if (compiled.scenario == nullptr) return std::nullopt;
    const sim::RunResult result = simulator_.newRunner()->run(*compiled.scenario, {});
    if (!result.error.empty()) {
      complain("init: " + source_.string() + ": " + result.error);
      return std::nullopt;
    }
    std::vector<std::string> holds;
    for (size_t i = 0; i + 1 < asked.size(); i += 2) {
      const auto shown = [&](size_t at) { return at < result.shown.size() && result.shown[at]; };
      if (shown(i)) {
        holds.push_back(asked[i]);
      } else if (shown(i + 1)) {
        holds.push_back(asked[i + 1]);
      }
    }
    return holds;
  }

  void tell(const FirstStory& first, const std::vector<std::string>& held) {
    if (json_) {
      printJson(terminal_, Json{{"scenario", story_.string()},
                                {"bootstrap", copy_.string()},
                                {"hosts", first.hosts},
                                {"requests", first.requests.size()},
                                {"expectations", held},
                                {"left_out", first.left}});
      return;
    }
    terminal_.out << story_.string() << ": " << sim::plural(first.hosts, "host", "hosts") << ", "
                  << sim::plural(first.requests.size(), "request", "requests") << ", "
                  << sim::plural(held.size(), "expectation", "expectations") << " (what the proxy does now)\n";
    for (const std::string& l : first.left) terminal_.out << "  left out: " << l << '\n';
    terminal_.out << "  next: " << shellWord(terminal_.program) << " run " << shellWord(story_.string()) << '\n';
  }

  const Simulator& simulator_;
  const Terminal& terminal_;
  const bool json_;
  const fs::path source_;
  const fs::path copy_;  // of the bootstrap, beside the story
  const fs::path story_;
};

}  // namespace

ExitCode initCommand(const InitArguments& arguments, const Simulator& simulator, const Terminal& terminal) {
  return Init(arguments, simulator, terminal).run();
}

}  // namespace orrery::cli
