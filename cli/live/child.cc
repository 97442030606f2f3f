#include "cli/live/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

extern char** environ;

namespace orrery::live {

namespace {

class Process final : public Child {
 public:
  explicit Process(pid_t pid) : pid_(pid) {}
  ~Process() override {
    if (!running()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool running() override {
    if (!ended_) ended_ = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    return !ended_;
  }
  void signal(int number) override {
    if (running()) ::kill(pid_, number);
  }
  bool wait(int milliseconds) override {
    for (int i = 0; i < milliseconds && running(); ++i) ::usleep(1000);
    return !running();
  }

 private:
  pid_t pid_;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<Child>> startChild(const std::vector<std::string>& words, const std::string& outputFile) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return makeError(words[0] + ": " + std::strerror(error));
  return std::make_unique<Process>(pid);
}

}  // namespace orrery::live
