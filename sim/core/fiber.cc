#include "sim/core/fiber.h"

#include <utility>

#include "proxy/base/assert.h"

namespace orrery::sim {

Fiber::Fiber(StackPool& stacks, Body body, size_t stackSize)
    : stacks_(stacks), stack_(stacks.take(stackSize)), body_(std::move(body)) {
  inside_.prepare(stack_, &Fiber::enter, this);
}

Fiber::~Fiber() {
  ORRERY_ASSERT(!running_, "a fiber does not die inside its own body");
  cancel();
  inside_.release();
  stacks_.give(stack_);
}

void Fiber::resume() {
  ORRERY_ASSERT(!running_ && !finished_, "a suspended fiber is resumed");
  running_ = true;
  Context::switchTo(outside_, inside_, Context::Order::kSynchronise);
}

bool Fiber::suspend() {
  ORRERY_ASSERT(running_, "suspend() is called inside the body");
  if (cancelled_) return false;
  running_ = false;
  Context::switchTo(inside_, outside_, Context::Order::kSynchronise);
  return !cancelled_;
}

void Fiber::cancel() {
  if (finished_) return;
  cancelled_ = true;
  resume();
  ORRERY_ASSERT(finished_, "a cancelled body returns");
}

void Fiber::enter(void* self) {
  Fiber& fiber = *static_cast<Fiber*>(self);
  if (!fiber.cancelled_) fiber.body_();
  fiber.body_ = nullptr;  // what it captured dies on the fiber, where the body ran
  fiber.running_ = false;
  fiber.finished_ = true;
  Context::leaveForGood(fiber.inside_, fiber.outside_, Context::Order::kSynchronise);
}

}  // namespace orrery::sim
