#pragma once

#include "proxy/io/threads.h"
#include "proxy/io_asio/clock.h"

namespace orrery::io_asio {

// One operating system thread for each logical thread, named as given (cut to 15 bytes). Signals that end or steer a
// program are blocked in it: they belong to the main dispatcher.
class RealThreads final : public io::Threads {
 public:
  explicit RealThreads(const Clock& clock) : clock_(clock) {}
  std::unique_ptr<io::Thread> start(const std::string& name) override;

 private:
  const Clock& clock_;
};

}  // namespace orrery::io_asio
