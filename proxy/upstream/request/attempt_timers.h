#pragma once

#include <optional>

#include "proxy/io/timer.h"
#include "proxy/upstream/request/timeouts.h"

namespace orrery::upstream {

// The times of one try: per_try_timeout, per_try_idle_timeout and the cluster's max_stream_duration; a time of zero is none.
// Lifetime: inside its try. Threading: the worker's. Re-entry: the owner may drop() them from inside its callbacks.
class AttemptTimers {
 public:
  class Owner {
   public:
    virtual void onPerTryTimeout(bool idle) = 0;
    virtual void onMaxDuration() = 0;

   protected:
    ~Owner() = default;
  };

  AttemptTimers(io::Dispatcher& dispatcher, Owner& owner) : dispatcher_(dispatcher), owner_(owner) {}

  void startMaxDuration(Duration most);
  void start(const Timeouts& timeouts);
  // Something moved.
  void restartIdle();
  // Those of start() end.
  void stop();
  void drop();

 private:
  void onPerTry();
  void onIdle();
  void onMost() { owner_.onMaxDuration(); }

  io::Dispatcher& dispatcher_;
  Owner& owner_;
  Duration idle_;
  std::optional<io::Timer> perTry_;
  std::optional<io::Timer> perTryIdle_;
  std::optional<io::Timer> maxDuration_;
};

}  // namespace orrery::upstream
