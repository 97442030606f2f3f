#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::live {

// A process of another program, in the network of the thread that starts it. Lifetime: ended by the destructor at the latest.
// Threading: one thread.
class Child {
 public:
  virtual ~Child() = default;
  virtual bool running() = 0;
  virtual void signal(int number) = 0;
  // Waits for its end, at most so long; true: it has ended.
  virtual bool wait(int milliseconds) = 0;
};

// `words[0]` is the program, looked for in PATH if it has no slash. Both its outputs go to `outputFile`. Errors: what the
// system says.
Result<std::unique_ptr<Child>> startChild(const std::vector<std::string>& words, const std::string& outputFile);

}  // namespace orrery::live
