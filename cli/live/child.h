#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::live {

// A process of another program, in the network of the thread that starts it. Lifetime: ended by the destructor at the latest.
// Threading: one thread.
class Child {
 public:
  // `words[0]` is the program, looked for in PATH if it has no slash. Both its outputs go to `outputFile`. Errors: what the
  // system says. `variables` ("NAME=value") are added to the environment that it has from us, or replace what is there.
  static Result<std::unique_ptr<Child>> start(const std::vector<std::string>& words, const std::string& outputFile,
                                              const std::vector<std::string>& variables = {});

  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool running();
  void signal(int number);
  pid_t pid() const { return pid_; }
  // Waits for its end, at most so long; true: it has ended.
  bool wait(int milliseconds);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  bool ended_ = false;
};

}  // namespace orrery::live
