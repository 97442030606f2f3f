#include "cli/backends.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kExternal = "external:";
constexpr std::string_view kKnownProxies[] = {"envoy", "nginx", "haproxy"};
// Where Debian puts servers; of root's PATH only.
constexpr std::string_view kServers = ":/usr/local/sbin:/usr/sbin";

bool runnable(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

std::optional<fs::path> inPath(const std::string& name) {
  const char* const path = std::getenv("PATH");
  const std::string folders = std::string(path == nullptr ? "" : path) + std::string(kServers);
  std::string_view left = folders;
  while (!left.empty()) {
    const size_t colon = std::min(left.find(':'), left.size());
    const fs::path file = fs::path(left.substr(0, colon)) / name;
    if (colon > 0 && runnable(file)) return file;
    left.remove_prefix(std::min(left.size(), colon + 1));
  }
  return std::nullopt;
}

Result<Backend> ownProxy() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path() / "orrery-proxy";
  if (!runnable(program))
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
  const std::optional<fs::path> found = isPath && runnable(program) ? fs::path(program)
                                        : isPath                    ? std::nullopt
                                                                    : inPath(name);
  if (!found) return makeError("run: --backend " + asked + ": no such program");
  return Backend{name, asked, live::ProxyProgram{name, found->string(), dialectOf(name)}};
}

Result<Backend> oneOf(const std::string& asked) {
  if (asked == "sim") return Backend{"sim", "sim", std::nullopt};
  if (asked == "real") return ownProxy();
  for (const std::string_view known : kKnownProxies) {
    if (asked == known) return external(asked, asked);
  }
  if (asked.starts_with(kExternal) && asked.size() > kExternal.size())
    return external(asked, asked.substr(kExternal.size()));
  return makeError("run: --backend: expected sim, real, envoy, nginx, haproxy, all or external:PROGRAM, found '" +
                   asked + "'");
}

}  // namespace

Result<std::vector<Backend>> parseBackends(const std::string& text) {
  std::string list = text;
  if (text == "all") {
    list = "sim,real";
    for (const std::string_view known : kKnownProxies) {
      if (inPath(std::string(known))) list += "," + std::string(known);
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
