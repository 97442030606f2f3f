#include "sim/core/stack_pool.h"

#include <boost/context/protected_fixedsize_stack.hpp>

#include "proxy/base/spoil.h"
#include "sim/core/race_detector.h"

#ifdef ORRERY_SIM_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace orrery::sim {

namespace {
constexpr size_t kPage = 4096;

boost::context::stack_context asBoost(const Stack& s) {
  boost::context::stack_context c;
  c.sp = s.top;
  c.size = s.size;
  return c;
}
}  // namespace

StackPool::~StackPool() {
  for (Class& c : classes_) {
    for (const Stack& s : c.idle) {
      auto context = asBoost(s);
      boost::context::protected_fixedsize_stack(c.size).deallocate(context);
    }
  }
}

StackPool::Class& StackPool::classOf(size_t size) {
  for (Class& c : classes_) {
    if (c.size == size) return c;
  }
  return classes_.emplace_back(Class{size, {}});
}

Stack StackPool::take(size_t size) {
  const SimulatorCode scope;
  Class& c = classOf(size);
  Stack s;
  if (c.idle.empty()) {
    const auto context = boost::context::protected_fixedsize_stack(size).allocate();
    s = {context.sp, context.size};
  } else {
    s = c.idle.back();
    c.idle.pop_back();
  }
  [[maybe_unused]] char* low = static_cast<char*>(s.top) - s.size + kPage;
#ifdef ORRERY_SIM_ASAN
  __asan_unpoison_memory_region(low, s.size - kPage);
#endif
  spoil(low, s.size - kPage);
  return s;
}

void StackPool::give(Stack s) {
  const SimulatorCode scope;
  // The class is found by the usable size asked for: boost adds the guard page to it.
  for (Class& c : classes_) {
    if (s.size >= c.size && s.size - c.size <= kPage) {
      if (c.idle.size() < kMaxIdle) {
        c.idle.push_back(s);
      } else {
        auto context = asBoost(s);
        boost::context::protected_fixedsize_stack(c.size).deallocate(context);
      }
      return;
    }
  }
}

}  // namespace orrery::sim
