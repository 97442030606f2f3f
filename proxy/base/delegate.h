#pragma once

#include <utility>

namespace orrery {

template <class Signature>
class Delegate;

// A bound member function: two words, no allocation, trivially copyable. It is an observer reference (the object must
// outlive it), for objects that have several callbacks of one kind (timers, tasks), where one virtual method would not do.
template <class R, class... Args>
class Delegate<R(Args...)> {
 public:
  constexpr Delegate() = default;

  // Delegate<void()>::to<&Stream::onIdle>(stream)
  template <auto Method, class T>
  static constexpr Delegate to(T* object) {
    Delegate d;
    d.object_ = object;
    d.call_ = [](void* o, Args... args) -> R { return (static_cast<T*>(o)->*Method)(std::forward<Args>(args)...); };
    return d;
  }

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }
  explicit operator bool() const { return call_ != nullptr; }

 private:
  void* object_ = nullptr;
  R (*call_)(void*, Args...) = nullptr;
};

}  // namespace orrery
