#include "cli/backends.h"

#include <filesystem>
#include <iterator>

#include "cli/live/program_path.h"
#include "proxy/base/did_you_mean.h"

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kExternal = "external:";
constexpr std::string_view kKnownProxies[] = {"envoy", "nginx", "haproxy"};

Result<Backend> ownProxy() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path() / "orrery-proxy";
  if (!live::runnable(program))
    return makeError("run: --backend real: expected orrery-proxy beside this program, at " + program.string());
  return Backend{"real", "real", live::ProxyProgram{"orrery-proxy", program.string(), live::Dialect::kEnvoy}};
}

live::Dialect dialectOf(const std::string& name) {
  if (name.starts_with("nginx")) return live::Dialect::kNginx;
  return name.starts_with("haproxy") ? live::Dialect::kHaproxy : live::Dialect::kEnvoy;
}

Result<Backend> external(const std::string& asked, const std::string& program) {
  const std::string name = fs::path(program).filename().string();
  const bool isPath = program.find('/') != std::string::npos;
  const std::optional<fs::path> found = isPath && live::runnable(program) ? fs::path(program)
                                        : isPath                          ? std::nullopt
                                                                          : live::programInPath(name);
  if (!found) {
    return makeError("run: --backend " + asked + ": no such program" +
                     (isPath ? "" : " in PATH; external:FOLDER/" + name + " names one that lies elsewhere"));
  }
  return Backend{name, asked, live::ProxyProgram{name, found->string(), dialectOf(name)}};
}

// What a word that is no back end was meant to be.
std::string meantBackend(const std::string& asked) {
  if (asked.find('/') != std::string::npos || live::programInPath(asked))
    return "; did you mean '" + std::string(kExternal) + asked + "'?";
  std::vector<std::string_view> known{"sim", "real", "all"};
  known.insert(known.end(), std::begin(kKnownProxies), std::end(kKnownProxies));
  return didYouMean(asked, known);
}

Result<Backend> oneOf(const std::string& asked) {
  if (asked == "sim") return Backend{"sim", "sim", std::nullopt};
  if (asked == "real") return ownProxy();
  for (const std::string_view known : kKnownProxies) {
    if (asked == known) return external(asked, asked);
  }
  if (asked.starts_with(kExternal) && asked.size() > kExternal.size())
    return external(asked, asked.substr(kExternal.size()));
  return makeError(
      "run: --backend: expected sim, real (orrery-proxy), envoy, nginx or haproxy (from PATH), external:NAME (from "
      "PATH) "
      "or external:FOLDER/NAME, all (whoever is there), or some of them with commas between, found '" +
      asked + "'" + meantBackend(asked));
}

}  // namespace

Result<std::vector<Backend>> parseBackends(const std::string& text) {
  std::string list = text;
  if (text == "all") {
    list = "sim,real";
    for (const std::string_view known : kKnownProxies) {
      if (live::programInPath(std::string(known))) list += "," + std::string(known);
    }
  }
  std::vector<Backend> out;
  for (size_t at = 0; at <= list.size();) {
    const size_t comma = std::min(list.find(',', at), list.size());
    auto one = oneOf(list.substr(at, comma - at));
    if (!one) return std::unexpected(one.error());
    for (const Backend& b : out) {
      if (b.name == one->name) return makeError("run: --backend: '" + one->name + "' is there twice");
    }
    out.push_back(std::move(*one));
    at = comma + 1;
  }
  return out;
}

}  // namespace orrery::cli
