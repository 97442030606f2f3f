#include <algorithm>
#include <optional>
#include <utility>

#include "proxy/config/bootstrap.h"
#include "sim/script/cases.h"
#include "sim/script/script.h"
#include "sim/world/bootstrap_source.h"
#include "sim/world/closed_ports.h"
#include "sim/world/world_parts.h"

namespace orrery::sim {

namespace {

constexpr size_t kMaxFoldersAbove = 16;

class Scenario_ final : public CompiledScenario {
 public:
  const Scenario& scenario() const override { return *scenario_; }
  const std::string& path() const override { return path_; }
  const std::string& bootstrapPath() const override { return bootstrapPath_; }
  const std::string& text() const override { return text_; }
  const std::string& bootstrapText() const override { return bootstrapText_; }
  const std::vector<NamedFile>& namedFiles() const override { return namedFiles_; }
  const Parts& parts() const override { return parts_; }

  std::shared_ptr<const Scenario> scenario_;
  std::string path_;
  std::string bootstrapPath_;
  std::string text_;
  std::string bootstrapText_;
  std::vector<NamedFile> namedFiles_;
  Parts parts_;
};

class Compiler {
 public:
  Compiler(const std::string& path, const ReadFile& readFile)
      : path_(path), case_(script::splitCase(path)), readFile_(readFile) {}

  Compiled run() {
    auto compiled = std::make_shared<Scenario_>();
    compiled->path_ = path_;
    if (readScenario(*compiled) && readBootstrap(*compiled) && plan(*compiled)) result_.scenario = std::move(compiled);
    return std::move(result_);
  }

 private:
  void refuse(Diagnostic d) { result_.diagnostics.push_back(std::move(d)); }
  void refuse(script::Problem p) {
    refuse({false, case_.file, p.mark.line, p.mark.column, std::move(p.path), std::move(p.message)});
  }

  bool readScenario(Scenario_& c) {
    auto text = readFile_(case_.file);
    if (!text) {
      refuse({false, path_, 0, 0, "", "cannot be read: " + text.error().message});
      return false;
    }
    auto resolved = script::resolveCase(*text, case_.name);
    if (!resolved) {
      refuse(resolved.error());
      return false;
    }
    c.text_ = std::move(*resolved);
    script::LoadResult loaded = script::loadScenario(c.text_);
    for (script::Problem& p : loaded.problems) refuse(std::move(p));
    c.scenario_ = std::move(loaded.scenario);
    return c.scenario_ != nullptr;
  }

  // "a/b/c.yaml" -> "a/b/"; "c.yaml" -> "".
  static std::string folderOf(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash + 1);
  }
  // The folder above, or nothing if there is none.
  static std::optional<std::string> above(const std::string& folder) {
    if (folder == "/") return std::nullopt;
    if (folder.empty() || folder.ends_with("../") || folder == "./") return (folder == "./" ? "" : folder) + "../";
    return folderOf(folder.substr(0, folder.size() - 1));
  }

  bool readBootstrap(Scenario_& c) {
    const ProxySetup& proxy = c.scenario_->proxy;
    std::optional<BootstrapSource> source(std::in_place, case_.file, "");
    if (!proxy.writtenBootstrap) source = findBootstrap(proxy);
    if (!source) return false;
    if (proxy.writtenBootstrap || !proxy.overrides.empty()) {
      auto made = BootstrapSource::made(proxy, case_.file, *source);
      if (!made) {
        refuse(std::move(made.error()));
        return false;
      }
      source = std::move(*made);
    }
    c.bootstrapPath_ = source->file();
    c.bootstrapText_ = source->text();
    return loadBootstrap(c, *source);
  }

  std::optional<BootstrapSource> findBootstrap(const ProxySetup& proxy) {
    const std::string& name = proxy.bootstrap;
    std::optional<std::string> folder = name.starts_with('/') ? "" : folderOf(path_);
    std::string firstError;
    for (size_t i = 0; i <= kMaxFoldersAbove && folder; ++i) {
      const std::string candidate = *folder + name;
      auto text = readFile_(candidate);
      if (text) return BootstrapSource(candidate, std::move(*text));
      if (firstError.empty()) firstError = text.error().message;
      if (name.starts_with('/')) break;
      folder = above(*folder);
    }
    refuse({false, path_, proxy.line, 0, "proxy.bootstrap",
            "expected an Envoy file beside the scenario or in a folder above it, found no '" + name + "' (" +
                firstError + ")"});
    return std::nullopt;
  }

  bool loadBootstrap(Scenario_& c, const BootstrapSource& source) {
    const ReadFile noting = [&](const std::string& path) {
      auto text = readFile_(path);
      const bool known = std::ranges::find(c.namedFiles_, path, &NamedFile::path) != c.namedFiles_.end();
      if (text && !known) c.namedFiles_.push_back({path, *text});
      return text;
    };
    const config::ReadVariable variable = [&](const std::string& name) -> std::optional<std::string> {
      const auto& all = c.scenario_->proxy.environment;
      const auto found = std::ranges::find(all, name, &std::pair<std::string, std::string>::first);
      return found == all.end() ? std::nullopt : std::optional(found->second);
    };
    config::LoadResult loaded = config::loadBootstrap(c.bootstrapText_, c.bootstrapPath_, noting, variable);
    for (const config::Finding& f : loaded.findings) {
      Diagnostic found{f.severity == config::Severity::kWarning, f.file, f.line, f.column, f.path, f.message};
      source.locate(found);
      refuse(std::move(found));
    }
    if (loaded.bootstrap == nullptr) return false;
    auto compiled = server::CompiledBootstrap::compile(loaded.bootstrap, c.scenario_->proxy.workers);
    if (!compiled) {
      refuse({false, c.bootstrapPath_, 0, 0, "", compiled.error().message});
      return false;
    }
    c.parts_.bootstrap = std::move(*compiled);
    return true;
  }

  bool plan(Scenario_& c) {
    const size_t before = result_.diagnostics.size();
    const config::Bootstrap& bootstrap = c.parts_.bootstrap->bootstrap();
    c.parts_.plans = planHosts(*c.scenario_, bootstrap, path_, result_.diagnostics);
    c.parts_.facts = factsOf(bootstrap, *c.scenario_);
    c.parts_.proxyAddresses = c.parts_.plans.named("proxy")->addresses;
    c.parts_.stats = statPlanOf(*c.parts_.bootstrap, *c.scenario_);
    const bool possible = result_.diagnostics.size() == before;
    if (possible) warnOfClosedPorts(*c.scenario_, c.parts_.plans, bootstrap, case_.file, result_.diagnostics);
    return possible;
  }

  const std::string& path_;
  const script::CasePath case_;
  const ReadFile& readFile_;
  Compiled result_;
};

}  // namespace

Compiled compileScenario(const std::string& path, const ReadFile& readFile) { return Compiler(path, readFile).run(); }

}  // namespace orrery::sim
