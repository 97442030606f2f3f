#include "sim/io/threads.h"

#include "proxy/base/assert.h"
#include "sim/core/race_detector.h"
#include "sim/io/dispatcher.h"

namespace orrery::sim {

namespace {

class SimThread final : public io::Thread {
 public:
  SimThread(Run& run, Host& host, Name name, uint64_t index)
      : run_(run),
        dispatcher_(run, host, run.names().childKept(host.id(), name, index)),
        thread_(run.spawn(name, index, host.id(), [this] { dispatcher_.run(); })) {}
  ~SimThread() override { ORRERY_ASSERT(thread_.done(), "a thread is joined before it is destroyed"); }

  io::Dispatcher& dispatcher() override { return dispatcher_; }
  void join() override { run_.scheduler().join(thread_); }

 private:
  Run& run_;
  SimDispatcher dispatcher_;
  LogicalThread& thread_;
};

}  // namespace

std::unique_ptr<io::Thread> SimThreads::start(const std::string& name) {
  const SimulatorCode scope;
  const Name label = run_.names().intern(name);
  return std::make_unique<SimThread>(run_, host_, label, run_.chooser().count(host_.id(), label.hash));
}

}  // namespace orrery::sim
