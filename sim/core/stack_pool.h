#pragma once

#include <cstddef>
#include <vector>

namespace orrery::sim {

// A stack with a guard page below it.
struct Stack {
  void* top = nullptr;  // stacks grow down
  size_t size = 0;      // including the guard page
};

// Keeps stacks between fibers and between worlds: mapping one costs as much as a whole small world. In builds with debug
// checks a stack is filled with a pattern before each use, so that no run can see what another left there.
//
// Lifetime: outlives every fiber that uses it. Threading: one OS thread. Bounds: keeps at most kMaxIdle stacks a size.
class StackPool {
 public:
  static constexpr size_t kSmall = 64 * 1024;
  static constexpr size_t kMedium = 256 * 1024;  // scripted actors
  static constexpr size_t kLarge = 1024 * 1024;  // dispatchers
  static constexpr size_t kMaxIdle = 4096;

  StackPool() = default;
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;
  ~StackPool();

  Stack take(size_t size);
  void give(Stack stack);

 private:
  struct Class {
    size_t size;
    std::vector<Stack> idle;
  };
  Class& classOf(size_t size);
  std::vector<Class> classes_;
};

}  // namespace orrery::sim
