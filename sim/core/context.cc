#include "sim/core/context.h"

#include <cxxabi.h>
#include <boost/context/detail/fcontext.hpp>
#include <cerrno>
#include <cstring>

#include "proxy/base/assert.h"
#include "sim/core/sanitizers.h"

#ifdef ORRERY_SIM_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef ORRERY_SIM_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace orrery::sim {

namespace fc = boost::context::detail;

// Around a switch the code runs on one stack under the name of another: ThreadSanitizer must not look.
#define ORRERY_SIM_UNWATCHED __attribute__((no_sanitize("thread")))

// What the one who leaves tells the one who continues; lives on the stack of the former.
struct Context::Transfer {
  Context* from;
  Context* to;
};

struct ContextEntry {
  ORRERY_SIM_UNWATCHED static void start(fc::transfer_t t) {
    const Context::Transfer transfer = *static_cast<Context::Transfer*>(t.data);
    Context* self = transfer.to;
    Context::arrive(self, t.fctx, transfer);
    self->entry_(self->argument_);
    ORRERY_ASSERT(false, "a fiber's entry leaves for good");
  }
};

ORRERY_SIM_UNWATCHED void Context::prepare(const Stack& stack, void (*entry)(void*), void* argument) {
  entry_ = entry;
  argument_ = argument;
  point_ = fc::make_fcontext(stack.top, stack.size, &ContextEntry::start);
  std::memset(exceptions_, 0, sizeof exceptions_);
  errno_ = 0;
  fakeStack_ = nullptr;
  bottom_ = static_cast<char*>(stack.top) - stack.size;
  size_ = stack.size;
#ifdef ORRERY_SIM_TSAN
  tsanFiber_ = __tsan_create_fiber(0);
#endif
}

void Context::release() {
#ifdef ORRERY_SIM_TSAN
  if (tsanFiber_ != nullptr) __tsan_destroy_fiber(tsanFiber_);
  tsanFiber_ = nullptr;
#endif
  point_ = nullptr;
}

void Context::abandon() {
#ifdef ORRERY_SIM_TSAN
  tsanFiber_ = nullptr;
#endif
}

ORRERY_SIM_UNWATCHED void Context::saveThreadState() {
  std::memcpy(exceptions_, static_cast<void*>(abi::__cxa_get_globals()), sizeof exceptions_);
  errno_ = errno;
}

ORRERY_SIM_UNWATCHED void Context::restoreThreadState() {
  std::memcpy(static_cast<void*>(abi::__cxa_get_globals()), exceptions_, sizeof exceptions_);
  errno = errno_;
}

ORRERY_SIM_UNWATCHED void Context::arrive([[maybe_unused]] Context* self, void* previousPoint,
                                          const Transfer& transfer) {
  transfer.from->point_ = previousPoint;
#ifdef ORRERY_SIM_ASAN
  // Tells also where the stack lies that was left: the only way to learn that of the OS thread's own.
  __sanitizer_finish_switch_fiber(self->fakeStack_, &transfer.from->bottom_, &transfer.from->size_);
#endif
  self->restoreThreadState();
}

ORRERY_SIM_UNWATCHED void Context::switchTo(Context& from, Context& to, [[maybe_unused]] Order order) {
  from.saveThreadState();
#ifdef ORRERY_SIM_ASAN
  __sanitizer_start_switch_fiber(&from.fakeStack_, to.bottom_, to.size_);
#endif
#ifdef ORRERY_SIM_TSAN
  from.tsanFiber_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.tsanFiber_, order == Order::kNone ? __tsan_switch_to_fiber_no_sync : 0);
#endif
  Transfer transfer{&from, &to};
  const fc::transfer_t back = fc::jump_fcontext(to.point_, &transfer);
  arrive(&from, back.fctx, *static_cast<Transfer*>(back.data));
}

// Not instrumented: AddressSanitizer keeps locals in a stack of its own (use after return), which start_switch_fiber with a
// null first argument frees at once, before `transfer` is written.
__attribute__((no_sanitize("address", "thread"))) void Context::leaveForGood(Context& from, Context& to,
                                                                             [[maybe_unused]] Order order) {
#ifdef ORRERY_SIM_ASAN
  __sanitizer_start_switch_fiber(nullptr, to.bottom_, to.size_);
#endif
#ifdef ORRERY_SIM_TSAN
  __tsan_switch_to_fiber(to.tsanFiber_, order == Order::kNone ? __tsan_switch_to_fiber_no_sync : 0);
#endif
  Transfer transfer{&from, &to};
  fc::jump_fcontext(to.point_, &transfer);
  ORRERY_ASSERT(false, "nobody continues a context that was left for good");
  __builtin_unreachable();
}

}  // namespace orrery::sim
