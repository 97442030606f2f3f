#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/stack_pool.h"

namespace orrery::sim {

// A point of execution that can be left and come back to: a fiber, or the stack the OS gave the thread. It carries what the
// C++ runtime keeps per OS thread and a fiber must not share: the exceptions being handled, and errno (a switch inside a
// catch block would otherwise rethrow another fiber's exception).
//
// Switches are announced to the address sanitizer and to the thread sanitizer, to the latter without synchronisation, so
// that it sees the data races between logical threads although one OS thread runs them all.
class Context {
 public:
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Makes this the start of `entry(argument)` on `stack`. The entry ends with leaveForGood() and never returns.
  void prepare(const Stack& stack, void (*entry)(void*), void* argument);
  // Releases what the sanitizers hold of a prepared context. It must not be running.
  void release();
  // For one whose frames stay alive for ever: what the thread sanitizer keeps of it is left alone, as it would complain of
  // scopes that never end.
  void abandon();

  // Whether a switch orders memory for the thread sanitizer: between parts of one logical thread it does, between logical
  // threads it does not.
  enum class Order : uint8_t { kNone, kSynchronise };

  // Leaves `from`, which is running, and continues at `to`. Returns when something switches back to `from`.
  static void switchTo(Context& from, Context& to, Order order);
  // As above; `from` is never continued.
  [[noreturn]] static void leaveForGood(Context& from, Context& to, Order order);

 private:
  struct Transfer;
  static void arrive(Context* self, void* previousPoint, const Transfer& transfer);
  void saveThreadState();
  void restoreThreadState();

  void* point_ = nullptr;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  alignas(8) unsigned char exceptions_[16] = {};
  int errno_ = 0;
  // Sanitizers only.
  void* fakeStack_ = nullptr;
  const void* bottom_ = nullptr;
  size_t size_ = 0;
  [[maybe_unused]] void* tsanFiber_ = nullptr;

  friend struct ContextEntry;
};

}  // namespace orrery::sim
