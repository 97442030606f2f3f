#include "cli/live/live_proxy.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/live/admin.h"

namespace orrery::live {

namespace {

constexpr int kStartsWithinMilliseconds = 20'000;
constexpr int kEndsWithinMilliseconds = 5'000;

// mkdtemp(3) puts letters of its own in the place of the last six.
std::string newFolder() {
  std::string folder = (std::filesystem::temp_directory_path() / "orrery-XXXXXX").string();
  return ::mkdtemp(folder.data()) == nullptr ? "" : folder;
}

std::string textOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

LiveProxy::LiveProxy(const ProxyProgram& program, const sim::ProxySetup& setup) : program_(program), setup_(setup) {}

LiveProxy::~LiveProxy() {
  child_.reset();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Status LiveProxy::start(const std::string& bootstrap) {
  folder_ = newFolder();
  if (folder_.empty()) return makeError("cannot make a folder for temporary files");
  auto copy = copyBootstrap(bootstrap, folder_);
  if (!copy) return makeError("the bootstrap cannot be given to " + program_.name + ": " + copy.error().message);
  copy_ = std::move(*copy);
  const std::string file = folder_ + "/bootstrap.json";
  if (std::ofstream out(file, std::ios::binary); !(out << copy_.json)) return makeError(file + ": cannot be written");
  std::vector<std::string> variables;
  for (const auto& [name, value] : setup_.environment) variables.push_back(name + "=" + value);
  auto child = Child::start({program_.path, "-c", file, "--concurrency", std::to_string(setup_.workers),
                             "--disable-hot-restart", "-l", "error", "--file-flush-interval-msec", "100"},
                            folder_ + "/output", variables);
  if (!child) return std::unexpected(child.error());
  child_ = std::move(*child);
  for (int waited = 0; waited < kStartsWithinMilliseconds && child_->running(); waited += 5) {
    if (askAdmin(copy_.admin, "/ready")) return {};
    ::usleep(5000);
  }
  const std::string why = child_->running() ? " is not ready after 20 s" : " ended before it served";
  const std::string words = lastWords();
  return makeError(program_.name + why + (words.empty() ? "" : ": " + words));
}

std::map<std::string, uint64_t, std::less<>> LiveProxy::stats() const {
  return parseStats(askAdmin(copy_.admin, "/stats").value_or(""));
}

Status LiveProxy::end() {
  const bool alive = running();
  child_->signal(SIGTERM);
  if (!child_->wait(kEndsWithinMilliseconds)) return makeError(program_.name + " does not end after it was told to");
  if (alive) return {};
  const std::string words = lastWords();
  return makeError(program_.name + " ended before the story" + (words.empty() ? "" : ": " + words));
}

std::string LiveProxy::logText() const {
  std::string text;
  for (const std::string& log : copy_.logs) text += textOf(log);
  return text;
}

std::vector<RequestLine> LiveProxy::requests() const { return readRequestLog(textOf(copy_.requestLog)); }

std::string LiveProxy::lastWords() const {
  std::string text = textOf(folder_ + "/output");
  while (text.ends_with('\n')) text.pop_back();
  const size_t begin = text.rfind('\n');
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

}  // namespace orrery::live
