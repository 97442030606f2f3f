#include "sim/io/dispatcher.h"

#include <array>

#include "proxy/base/assert.h"
#include "proxy/base/prng.h"
#include "proxy/base/schedule_point.h"
#include "sim/core/events.h"
#include "sim/core/race_detector.h"
#include "sim/io/convert.h"
#include "sim/io/datagram.h"
#include "sim/io/listener.h"
#include "sim/io/stream.h"

namespace orrery::sim {

namespace {

// "timer_route" and so on, hashed once.
const std::vector<Name>& timerNames() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> v;
    for (unsigned i = 0; i < 256; ++i) {
      const std::string_view name = io::timerKindName(static_cast<io::TimerKind>(i));
      if (name == "unknown") break;
      v.push_back("timer_" + std::string(name));
    }
    return v;
  }();
  static const std::vector<Name> names = [] {
    std::vector<Name> v;
    for (const std::string& t : texts) v.push_back(Name::of(t));
    return v;
  }();
  return names;
}

}  // namespace

SimDispatcher::SimDispatcher(Run& run, Host& host, EntityId id) : run_(run), host_(host), id_(id), wait_(run) {
  chooses_ = true;
  setNow(run.now());
  host.addLoop(wait_);
}

SimDispatcher::~SimDispatcher() {
  destroyDeferred();
  host_.removeLoop(wait_);
}

void SimDispatcher::run() {
  run_.scheduler().current()->setCause(&cause_);
  for (;;) {
    const bool busy = hasImmediateWork() || hasPosts() || exit_;
    const bool goOn = busy ? wait_.pass() : wait_.wait(nextDeadline());
    if (!goOn) return;
    // Asked before the iteration too: what other threads posted before they called exit() is then still run.
    const bool last = exit_;
    inside_ = true;
    runIteration(run_.now());
    inside_ = false;
    count(id_, "iteration");
    if (afterIteration_) [[unlikely]]
      afterIteration_();
    if (!busyFor_.isZero() && !beBusy()) [[unlikely]]
      return;
    if (!last && (!exit_ || hasPosts())) continue;
    exit_ = false;
    return;
  }
}

void SimDispatcher::chargeCpu(size_t bytes) {
  const CpuCost& cost = host_.cpuCost();
  busyFor_ = busyFor_ + cost.callback + cost.kibibyte * static_cast<int64_t>(bytes) / 1024;
}

bool SimDispatcher::beBusy() {
  const SimulatorCode scope;
  Duration busy = busyFor_;
  busyFor_ = Duration::zero();
  if (const int64_t most = host_.cpuCost().jitter.inNanoseconds(); most > 0) {
    const uint64_t bits = run_.chooser().draw(id_, Site::kCpuDraw);
    busy = busy + Duration::nanoseconds(static_cast<int64_t>(Prng::scale(bits, static_cast<uint64_t>(most) + 1)));
  }
  return run_.scheduler().sleepUntil(run_.now() + busy);
}

void SimDispatcher::exit() {
  const SimulatorCode scope;
  exit_ = true;
  wait_.ready();
}

void SimDispatcher::post(PostFn fn) {
  {
    const SimulatorCode scope;
    const LogicalThread* by = run_.scheduler().current();
    run_.emit(id_, Posted{by == nullptr ? 0 : by->id()});
    // What it does later is named after what posted it, which may run on another dispatcher.
    posts_.push_back({std::move(fn), by == nullptr ? 0 : by->cause()});
    wait_.ready();
  }
  announceRelease(this);
  schedulePoint(SchedulePointKind::kPost, this);
}

// One at a time, so that each runs with its cause; the contract asks again until none is left.
void SimDispatcher::takePosts(std::vector<PostFn>& out) {
  const SimulatorCode scope;
  if (!hasPosts()) {
    // Asked in each round of step 5: a task that schedules itself for ever is found here.
    count(cause_ == 0 ? id_ : cause_, "task");
    return;
  }
  announceAcquire(this);
  Post& post = posts_[nextPost_++];
  out.push_back(std::move(post.fn));
  cause_ = post.cause;
  if (nextPost_ == posts_.size()) {
    posts_.clear();
    nextPost_ = 0;
  }
  count(cause_, "post");
  charge(0);
}

void SimDispatcher::count(EntityId entity, std::string_view what) {
  const SimulatorCode scope;
  if (run_.countCallback(entity, what)) [[likely]]
    return;
  // The run has failed. A loop that comes round stops by itself; one that is stuck inside an iteration never would.
  if (inside_ && run_.scheduler().current() != nullptr) run_.scheduler().abandonCurrent();
}

size_t SimDispatcher::holdBehind(OrderSite site, uint64_t entity, size_t n) {
  const SimulatorCode scope;
  const Site s = site == OrderSite::kReady ? Site::kReadyOrder : Site::kTimerTie;
  return run_.chooser().choose(entity == 0 ? id_ : entity, s, static_cast<uint32_t>(n));
}

uint64_t SimDispatcher::nameTimer(io::TimerKind kind) {
  const SimulatorCode scope;
  const Name name = timerNames()[static_cast<size_t>(kind)];
  const EntityId cause = causeOrSelf();
  return run_.names().child(cause, name, run_.chooser().count(cause, name.hash) + 1);
}

void SimDispatcher::onTimerFired(io::TimerKind kind, uint64_t entity) {
  const SimulatorCode scope;
  run_.emit(entity, TimerFired{static_cast<uint64_t>(kind)});
  run_.deadlinePassed();
  count(entity, "timer");
  charge(0);
}

void SimDispatcher::onTimerArmed(io::TimerKind kind, uint64_t entity, TimePoint deadline) {
  const SimulatorCode scope;
  run_.emit(entity, TimerArmed{static_cast<uint64_t>(kind), static_cast<uint64_t>(deadline.inNanoseconds())});
}

EntityId SimDispatcher::nameActor(std::string_view name, uint64_t index) {
  const SimulatorCode scope;
  return run_.names().childKept(id_, run_.names().intern(name), index);
}

EntityId SimDispatcher::nameNext(Name kind) {
  const SimulatorCode scope;
  const EntityId cause = causeOrSelf();
  return run_.names().child(cause, kind, run_.chooser().count(cause, kind.hash) + 1);
}

std::expected<std::unique_ptr<io::Stream>, io::IoError> SimDispatcher::connect(const io::Address& to,
                                                                               const io::SocketOptions& options) {
  static constexpr Name kConnection("connection");
  return connectStream(*this, to, options, nameNext(kConnection));
}

std::unique_ptr<io::Listener> SimDispatcher::listen(std::shared_ptr<io::ListenSocket> socket,
                                                    io::ListenerCallbacks& callbacks) {
  return newListener(*this, std::move(socket), callbacks);
}

std::expected<std::unique_ptr<io::Datagram>, io::IoError> SimDispatcher::openDatagram(const io::Address& bind) {
  static constexpr Name kDatagram("datagram");
  return bindDatagram(*this, bind, nameNext(kDatagram));
}

std::unique_ptr<io::Stream> SimDispatcher::adopt(std::unique_ptr<io::StreamHandle> handle) {
  return adoptStream(*this, std::move(handle));
}

}  // namespace orrery::sim
