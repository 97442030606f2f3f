#include "cli/live/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>

extern char** environ;

namespace orrery::live {

Child::~Child() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Child::running() {
  if (!ended_) ended_ = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
  return !ended_;
}

void Child::signal(int number) {
  if (running()) ::kill(pid_, number);
}

bool Child::wait(int milliseconds) {
  for (int i = 0; i < milliseconds && running(); ++i) ::usleep(1000);
  return !running();
}

namespace {
// For execve(2): `variables`, then those of ours that have other names.
std::vector<char*> environmentWith(const std::vector<std::string>& variables) {
  std::vector<char*> all;
  for (const std::string& v : variables) all.push_back(const_cast<char*>(v.c_str()));
  for (char** ours = environ; *ours != nullptr; ++ours) {
    const std::string_view text = *ours;
    const auto name = text.substr(0, text.find('=') + 1);
    if (std::ranges::none_of(variables, [&](const std::string& v) { return v.starts_with(name); }))
      all.push_back(*ours);
  }
  all.push_back(nullptr);
  return all;
}
}  // namespace

Result<std::unique_ptr<Child>> Child::start(const std::vector<std::string>& words, const std::string& outputFile,
                                            const std::vector<std::string>& variables) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  std::vector<char*> environment = environmentWith(variables);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return makeError(words[0] + ": " + std::strerror(error));
  return std::unique_ptr<Child>(new Child(pid));
}

}  // namespace orrery::live
