#include "tests/unit/cli/fake_simulator.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "cli/program.h"
#include "sim/core/events.h"
#include "sim/core/run.h"

namespace orrery::cli {

namespace {

using sim::RunOutcome;

constexpr uint64_t kChoices = 12;

class FakeScenario final : public sim::CompiledScenario {
 public:
  FakeScenario(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
    scenario_.claim = value("claim: ");
    if (!value("sometimes: ").empty()) {
      sim::Expectation e;
      e.text = value("sometimes: ");
      scenario_.sometimes.push_back(e);
    }
  }
  const sim::Scenario& scenario() const override { return scenario_; }
  const std::string& path() const override { return path_; }
  const std::string& bootstrapPath() const override { return bootstrap_; }
  const std::string& text() const override { return text_; }
  const std::string& bootstrapText() const override { return bootstrap_; }
  const std::vector<sim::NamedFile>& namedFiles() const override { return namedFiles_; }
  const Parts& parts() const override { std::abort(); }

  bool has(std::string_view word) const { return text_.find(word) != std::string::npos; }
  std::string value(std::string_view key) const {
    const size_t at = text_.find(key);
    if (at == std::string::npos) return "";
    const size_t begin = at + key.size();
    return text_.substr(begin, text_.find('\n', begin) - begin);
  }

 private:
  std::string path_;
  std::string text_;
  std::string bootstrap_ = "bootstraps/fake.yaml";
  std::vector<sim::NamedFile> namedFiles_;
  sim::Scenario scenario_;
};

class FakeRunner final : public Runner {
 public:
  sim::RunResult run(const sim::CompiledScenario& compiled, const sim::RunRequest& request) override {
    const auto& scenario = static_cast<const FakeScenario&>(compiled);
    auto recording = std::make_shared<sim::Recording>();
    sim::RunOptions options;
    options.strategy = request.strategy;
    options.names = request.record;
    options.listQuestions = request.listQuestions;
    options.order = request.order;
    recording->events.watch(request.watchedEvent, request.onWatched);
    if (request.record) options.recorder = &recording->events;
    sim::Run run(pools_, options);
    const sim::EntityId entity = run.names().childKept(0, sim::Name("client"), 0);
    sim::RunResult result;
    const std::string fails = scenario.value("fails: ");
    bool plain = true;
    for (uint64_t i = 0; i < kChoices; ++i) {
      const uint32_t value = run.chooser().choose(entity, sim::Site::kLateness, 4);
      if (value != 0) plain = false;
      run.emit(entity, sim::ActorStep{"step " + std::to_string(i)});
      if (scenario.has("leaks") && runs_ > 0 && i == 7) run.emit(entity, sim::ActorStep{"leaked"});
      if (i == 5) result.shown.push_back(value != 0);
      if (std::to_string(i) == fails && value != 0) fail(result, i);
    }
    ++runs_;
    if (fails == "plain" && plain) fail(result, kChoices);
    if (scenario.has("error\n")) {
      result.outcome = RunOutcome::kError;
      result.error = "line 3: no such host";
    }
    result.notJudged.push_back({"liveness", "there is nothing to wait for"});
    takeFromRun(run, result);
    if (scenario.has("mark\n") && result.shown[0]) result.marks.set(static_cast<size_t>(Mark::kShortWrite));
    result.virtualTime = Duration::milliseconds(1500);
    run.finish();
    if (request.record) {
      recording->names = std::move(run.names());
      recording->hosts = {{"client", {0x7f000002}, false, false, 0}};
      result.recording = recording;
    }
    return result;
  }

 private:
  static void fail(sim::RunResult& result, uint64_t choice) {
    result.outcome = RunOutcome::kFail;
    result.failures.push_back({"always", "", TimePoint(), "choice " + std::to_string(choice) + " was late"});
  }
  sim::Pools pools_;
  int runs_ = 0;
};

sim::Compiled compile(const std::string& path, const sim::ReadFile& readFile) {
  sim::Compiled out;
  const auto text = readFile(path);
  if (!text) {
    out.diagnostics.push_back({false, path, 0, 0, "", text.error().message});
  } else if (text->find("broken\n") != std::string::npos) {
    out.diagnostics.push_back({false, path, 2, 3, "story.client[0]", "expected a step, found 'broken'"});
  } else {
    out.scenario = std::make_shared<FakeScenario>(path, *text);
  }
  return out;
}

std::vector<sim::Diagnostic> checkBootstrap(const std::string& text, const std::string& file) {
  std::vector<sim::Diagnostic> out;
  if (text.find("dubious") != std::string::npos) out.push_back({true, file, 2, 0, "admin.dubious", "is ignored"});
  if (text.find("wrong") != std::string::npos) out.push_back({false, file, 3, 0, "admin.wrong", "unknown field"});
  return out;
}

}  // namespace

Simulator fakeSimulator() {
  return {compile, [] { return std::make_unique<FakeRunner>(); }, checkBootstrap,
          [](const std::string& text) { return "# long\n" + text; }};
}

CommandLine::CommandLine() {
  std::string pattern = (std::filesystem::temp_directory_path() / "orrery-cli-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
}

CommandLine::~CommandLine() { std::filesystem::remove_all(folder_); }

std::string CommandLine::write(const std::string& name, const std::string& text) {
  std::filesystem::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << text;
  return path(name);
}

std::string CommandLine::read(const std::string& name) const {
  std::ifstream in(folder_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool CommandLine::exists(const std::string& name) const { return std::filesystem::exists(folder_ / name); }

ExitCode CommandLine::run(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  std::ostringstream outStream;
  std::ostringstream errStream;
  const ExitCode code = runProgram(words, fakeSimulator(), Terminal{outStream, errStream});
  out = outStream.str();
  err = errStream.str();
  return code;
}

}  // namespace orrery::cli
