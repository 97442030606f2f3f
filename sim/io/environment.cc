#include "sim/io/environment.h"

#include "proxy/base/assert.h"

namespace orrery::sim {

namespace {
constexpr Name kRandomName("random");
constexpr Name kEntropyName("entropy");
}  // namespace

SimEnvironment::SimEnvironment(Run& run, Host& host, std::string_view threadName)
    : run_(run),
      host_(host),
      name_(run.names().intern(threadName)),
      dispatcher_(run, host, run.names().childKept(host.id(), name_, 0)),
      threads_(run, host),
      network_(host),
      files_(run, host.id()),
      random_(run, run.names().childKept(dispatcher_.id(), kRandomName, 0)),
      entropy_(run, run.names().childKept(dispatcher_.id(), kEntropyName, 0)),
      process_(host),
      environment_{dispatcher_, threads_, network_, files_, random_, entropy_, process_} {}

SimEnvironment::~SimEnvironment() {
  ORRERY_ASSERT(thread_ == nullptr || thread_->done() || run_.scheduler().cancelling(),
                "threads end before their environment");
}

LogicalThread& SimEnvironment::start(std::move_only_function<void()> body) {
  ORRERY_ASSERT(thread_ == nullptr, "the main thread is started once");
  if (!body) body = [this] { dispatcher_.run(); };
  thread_ = &run_.spawn(name_, 0, host_.id(), std::move(body));
  return *thread_;
}

}  // namespace orrery::sim
