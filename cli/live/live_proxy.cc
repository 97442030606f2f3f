#include "cli/live/live_proxy.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "cli/live/admin.h"
#include "cli/live/descriptors.h"
#include "cli/live/text_file.h"

namespace orrery::live {

namespace {

constexpr int kStartsWithinMilliseconds = 20'000;
constexpr int kEndsWithinMilliseconds = 5'000;

// mkdtemp(3) puts letters of its own in the place of the last six.
std::string newFolder() {
  std::string folder = (std::filesystem::temp_directory_path() / "orrery-XXXXXX").string();
  return ::mkdtemp(folder.data()) == nullptr ? "" : folder;
}

}  // namespace

LiveProxy::LiveProxy(std::string name) : name_(std::move(name)) {}

LiveProxy::~LiveProxy() {
  child_.reset();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

bool LiveProxy::serves() const {
  return launch_.speaksEnvoy() ? askAdmin(launch_.admin, "/ready").has_value() : accepts(launch_.serves);
}

Status LiveProxy::start(const Prepare& prepare) {
  folder_ = newFolder();
  if (folder_.empty()) return makeError("cannot make a folder for temporary files");
  auto launch = prepare(folder_);
  if (!launch) return std::unexpected(launch.error());
  launch_ = std::move(*launch);
  auto child = Child::start(launch_.words, folder_ + "/output", launch_.variables);
  if (!child) return std::unexpected(child.error());
  child_ = std::move(*child);
  for (int waited = 0; waited < kStartsWithinMilliseconds && child_->running(); waited += 5) {
    if (serves()) return {};
    ::usleep(5000);
  }
  const std::string why = child_->running() ? " is not ready after 20 s" : " ended before it served";
  const std::string words = lastWords();
  return makeError(name_ + why + (words.empty() ? "" : ": " + words));
}

void LiveProxy::signal(int number) {
  if (number == SIGTERM || number == SIGINT) askedToEnd_ = true;
  child_->signal(number);
}

void LiveProxy::limitConnections(std::optional<uint64_t> most) {
  const uint64_t limit = most ? descriptorLimitFor(child_->pid(), *most) : descriptorsBefore_;
  const uint64_t before = setDescriptorLimit(child_->pid(), limit);
  if (descriptorsBefore_ == 0) descriptorsBefore_ = before;
}

std::map<std::string, uint64_t, std::less<>> LiveProxy::stats() const {
  if (!speaksEnvoy()) return {};
  return parseStats(askAdmin(launch_.admin, "/stats").value_or(""));
}

Status LiveProxy::end() {
  const bool alive = running();
  child_->signal(SIGTERM);
  if (!child_->wait(kEndsWithinMilliseconds)) return makeError(name_ + " does not end after it was told to");
  if (alive || askedToEnd_) return {};
  const std::string words = lastWords();
  return makeError(name_ + " ended before the story" + (words.empty() ? "" : ": " + words));
}

std::string LiveProxy::logText() const {
  std::string text;
  for (const std::string& log : launch_.logs) text += readText(log).value_or("");
  return text;
}

std::vector<RequestLine> LiveProxy::requests() const {
  return speaksEnvoy() ? readRequestLog(readText(launch_.requestLog).value_or("")) : std::vector<RequestLine>();
}

std::string LiveProxy::lastWords() const {
  std::string text = readText(folder_ + "/output").value_or("");
  while (text.ends_with('\n')) text.pop_back();
  const size_t begin = text.rfind('\n');
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

}  // namespace orrery::live
