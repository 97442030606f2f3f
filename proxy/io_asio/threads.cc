#include "proxy/io_asio/threads.h"

#include <pthread.h>
#include <signal.h>

#include <string>
#include <thread>

#include "proxy/base/assert.h"
#include "proxy/io_asio/dispatcher.h"

namespace orrery::io_asio {

namespace {

// Threads inherit the mask of their maker: blocked while one is made.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD, SIGPIPE}) ::sigaddset(&set, s);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

class RealThread final : public io::Thread {
 public:
  RealThread(const Clock& clock, const std::string& name) : dispatcher_(RealDispatcher::newForWorker(clock)) {
    const SignalsBlocked blocked;
    thread_ = std::thread([this] { dispatcher_->run(); });
    ::pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
  }
  ~RealThread() override { ORRERY_ASSERT(!thread_.joinable(), "a thread is joined before it is destroyed"); }

  io::Dispatcher& dispatcher() override { return *dispatcher_; }
  void join() override { thread_.join(); }

 private:
  std::unique_ptr<RealDispatcher> dispatcher_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<io::Thread> RealThreads::start(const std::string& name) {
  return std::make_unique<RealThread>(clock_, name);
}

}  // namespace orrery::io_asio
