#include "tests/conformance/play.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "tests/conformance/sequence.h"

namespace orrery::conformance {

using sockets::Backend;
using sockets::Call;
using sockets::Operation;
using sockets::Outcome;

namespace {

constexpr int kRounds = 50;
constexpr size_t kPiece = 16 * 1024;
constexpr size_t kAtOnce = 128;

// One script on its way. After each call the world settles; filling and draining are several calls.
class Player {
 public:
  Player(const std::vector<Operation>& script, std::unique_ptr<Backend> backend, Transcript& into)
      : script_(script), backend_(std::move(backend)), seen_(into) {
    proceed();
  }

  // Once a millisecond. False: done.
  bool advance() {
    if (seen_.size() == script_.size() && !waiting_) return false;
    if (!backend_->settled() && ++rounds_ < kRounds) return true;
    const Operation& o = seen_.back().operation;
    if (o.n == kWhole && (o.call == Call::kWrite ? fill() : drain())) {
      rounds_ = 0;
      return true;
    }
    observe();
    proceed();
    return waiting_;
  }

 private:
  // Calls until one after which the world is to settle.
  void proceed() {
    waiting_ = false;
    while (!waiting_ && seen_.size() < script_.size()) {
      const Operation& o = script_[seen_.size()];
      seen_.push_back({o, {}, {}});
      Outcome& outcome = seen_.back().outcome;
      if (o.n == kWhole) {
        (void)(o.call == Call::kWrite ? fill() : drain());
      } else {
        outcome = backend_->carryOut(o);
      }
      if (o.call == Call::kSocket && outcome.ret >= 0) open_.push_back(o.socket);
      if (o.call == Call::kAccept && outcome.ret >= 0) open_.push_back(o.as);
      if (o.call == Call::kClose || o.call == Call::kAbort) std::erase(open_, o.socket);
      waiting_ = o.settle;
    }
    rounds_ = 0;
  }

  void observe() {
    for (const std::string& label : open_) {
      Operation o;
      o.socket = label;
      o.call = Call::kPoll;
      Look look{label, backend_->carryOut(o).flags, {}};
      o.call = Call::kState;
      look.state = backend_->carryOut(o).state;
      seen_.back().after.push_back(std::move(look));
    }
  }

  // Writes until nothing is taken; true: something was, and there may be room again once the other kernel has had its say.
  bool fill() {
    Operation piece = seen_.back().operation;
    Outcome& all = seen_.back().outcome;
    piece.data.assign(kPiece, 'f');
    bool any = false;
    while (all.ret < kWhole) {
      const Outcome one = backend_->carryOut(piece);
      all.error = one.error;
      if (one.ret <= 0) break;
      all.ret = std::max<int64_t>(all.ret, 0) + one.ret;
      any = true;
      (void)backend_->settled();  // loopback carries each write to its end
    }
    if (all.ret == 0 && all.error != 0) all.ret = -1;
    return any;
  }

  // Every end reads; true: something came.
  bool drain() {
    bool any = false;
    for (const std::string& label : open_) {
      Operation o;
      o.call = Call::kRead;
      o.socket = label;
      o.n = 1 << 20;
      const int64_t n = backend_->carryOut(o).ret;
      any = any || n > 0;
      seen_.back().outcome.ret += std::max<int64_t>(n, 0);
    }
    return any;
  }

  const std::vector<Operation>& script_;
  std::unique_ptr<Backend> backend_;
  Transcript& seen_;
  std::vector<std::string> open_;
  bool waiting_ = false;
  int rounds_ = 0;
};

}  // namespace

std::vector<Transcript> play(const std::vector<std::vector<Operation>>& scripts, const NewBackend& newBackend,
                             Kernel kernel) {
  std::vector<Transcript> out(scripts.size());
  std::vector<std::unique_ptr<Player>> playing;
  size_t next = 0;
  while (next < scripts.size() || !playing.empty()) {
    for (; playing.size() < kAtOnce && next < scripts.size(); ++next) {
      playing.push_back(std::make_unique<Player>(scripts[next], newBackend(), out[next]));
    }
    std::erase_if(playing, [](const auto& p) { return !p->advance(); });
    if (!playing.empty() && kernel == Kernel::kReal) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return out;
}

}  // namespace orrery::conformance
