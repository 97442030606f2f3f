#include "sim/actors/actor.h"

#include <utility>

#include "proxy/base/assert.h"
#include "proxy/base/delegate.h"

namespace orrery::sim {

Actor::Actor(const ActorEnv& env, const Story& story, std::function<void()> onDone)
    : env_(env),
      story_(story),
      onDone_(std::move(onDone)),
      timer_(env.dispatcher, io::TimerKind::kActor, Delegate<void()>::to<&Actor::wake>(this)) {}

void Actor::start() {
  started_ = true;
  entity_ = env_.dispatcher.nameActor("story", 0);
  fiber_.emplace(env_.stacks, [this] { run(); });
  fiber_->resume();
}

void Actor::run() {
  env_.dispatcher.setCause(entity_);
  for (at_ = 0; at_ < story_.steps.size() && !cancelled_; ++at_) {
    env_.observer.onStep(env_.host, story_.steps[at_].text);
    if (!step(story_.steps[at_])) break;
  }
  if (!cancelled_) finish();
  done_ = true;
  onDone_();
}

bool Actor::suspend() {
  waiting_ = true;
  if (!fiber_->suspend()) cancelled_ = true;
  waiting_ = false;
  env_.dispatcher.setCause(entity_);  // what it does now is its own doing, whoever woke it
  return !cancelled_;
}

void Actor::wake() {
  if (waiting_ && fiber_ && !fiber_->running()) fiber_->resume();
}

bool Actor::sleep(Duration d) {
  const TimePoint until = now() + d;
  return waitUntil([] { return false; }, until);
}

// Another host's story knows nothing of this one's loop: it is woken by a post.
bool Actor::waitForCondition(const WaitUntilStep& s) {
  ORRERY_ASSERT(env_.conditions != nullptr, "where conditions are waited for there are some");
  if (!std::exchange(listens_, true)) {
    env_.conditions->listen([this](std::string_view, bool) {
      if (!done_) env_.dispatcher.post([this] { wake(); });
    });
  }
  return waitUntil([&] { return env_.conditions->holds(s.condition); }, deadline(s.within));
}

bool Actor::expectChange(const ExpectChangeStep& s) {
  ORRERY_ASSERT(env_.files != nullptr, "where files are watched there are some");
  Watched& watched = watched_[s.path];
  if (watched.watch == nullptr) {
    auto watch = env_.files->watch(env_.dispatcher, s.path, [this, &watched] {
      watched.changed = true;
      wake();
    });
    if (!watch) {
      violation("story", s.path + ": " + watch.error().message);
      return true;
    }
    watched.watch = std::move(*watch);
  }
  if (!waitUntil([&] { return watched.changed; }, deadline(s.within))) return false;
  if (!watched.changed) violation("expect", s.path + " has not changed");
  watched.changed = false;
  return true;
}

std::string Actor::unheard(std::string_view wanted, std::string_view heard) {
  constexpr size_t kShown = 60;
  return "'" + std::string(wanted.substr(0, kShown)) + "' has not come: behind what was taken before there is '" +
         std::string(heard.substr(0, kShown)) + "'";
}

std::string Actor::doing() const {
  if (done_) return "";
  if (!started_ || at_ >= story_.steps.size()) return "has not begun";
  return story_.steps[at_].text;
}

void Actor::stop() {
  if (done_ || !fiber_) return;
  cancelled_ = true;
  fiber_->cancel();
}

}  // namespace orrery::sim
