#pragma once

#include <memory>
#include <string>

namespace orrery::io {

class Dispatcher;

// A logical thread that runs its dispatcher's loop from start() until Dispatcher::exit().
class Thread {
 public:
  virtual ~Thread() = default;
  // Usable from start() on; set-up is done by posting to it.
  virtual Dispatcher& dispatcher() = 0;
  // Waits until the loop has ended (after exit()). To be called once, by another thread, before destruction.
  virtual void join() = 0;
};

class Threads {
 public:
  virtual ~Threads() = default;
  virtual std::unique_ptr<Thread> start(const std::string& name) = 0;
};

}  // namespace orrery::io
