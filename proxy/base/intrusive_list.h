#pragma once

#include <cstddef>

#include "proxy/base/assert.h"

namespace orrery {

// Base of objects that can be in one list per Tag (by default the tag is the object type itself). Destruction unlinks, so an object never dangles in a list.
template <class Tag>
class ListHook {
 public:
  ListHook() = default;
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;
  ~ListHook() { unlink(); }

  bool linked() const { return next_ != nullptr; }
  void unlink() {
    if (next_ == nullptr) return;
    prev_->next_ = next_;
    next_->prev_ = prev_;
    prev_ = next_ = nullptr;
  }

 private:
  template <class T, class U>
  friend class IntrusiveList;
  ListHook* prev_ = nullptr;
  ListHook* next_ = nullptr;
};

// Doubly linked list of objects that carry their own hook: no allocation, O(1) unlink from inside the object. It does
// not own. Elements still linked when the list dies are unlinked.
//
// Lists that call out are walked with drainEach(): it is the one walk during which elements may be removed (also the
// current one), destroyed or added. Elements added while it runs are left for the next walk.
template <class T, class Tag = T>
class IntrusiveList {
  using Hook = ListHook<Tag>;

 public:
  IntrusiveList() { head_.prev_ = head_.next_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;
  ~IntrusiveList() {
    while (!empty()) popFront();
    head_.prev_ = head_.next_ = nullptr;
  }

  bool empty() const { return head_.next_ == &head_; }
  T* front() { return empty() ? nullptr : static_cast<T*>(head_.next_); }
  T* back() { return empty() ? nullptr : static_cast<T*>(head_.prev_); }

  void pushBack(T& t) { insertBefore(head_, t); }
  void pushFront(T& t) { insertBefore(*head_.next_, t); }
  // Puts `t` in front of `at`, which must be in this list.
  void insertBefore(T& at, T& t) { insertBefore(static_cast<Hook&>(at), t); }

  T* popFront() {
    T* t = front();
    if (t != nullptr) static_cast<Hook*>(t)->unlink();
    return t;
  }

  // The element after `t`, or null. Not safe against removal of the result; see drainEach().
  T* next(T& t) {
    Hook* n = static_cast<Hook&>(t).next_;
    return n == &head_ ? nullptr : static_cast<T*>(n);
  }

  // Moves all of `other` behind this list's elements, in order, O(1).
  void spliceBack(IntrusiveList& other) {
    if (other.empty()) return;
    Hook* first = other.head_.next_;
    Hook* last = other.head_.prev_;
    first->prev_ = head_.prev_;
    head_.prev_->next_ = first;
    last->next_ = &head_;
    head_.prev_ = last;
    other.head_.prev_ = other.head_.next_ = &other.head_;
  }

  // Unlinks each element that is in the list now, in order, and calls f(element). f may unlink or destroy any element
  // and may link any element (this one too) again: such an element waits for the next walk.
  template <class F>
  void drainEach(F&& f) {
    IntrusiveList batch;
    batch.spliceBack(*this);
    while (T* t = batch.popFront()) f(*t);
  }

  // For small lists and tests: O(n).
  size_t size() const {
    size_t n = 0;
    for (const Hook* h = head_.next_; h != &head_; h = h->next_) ++n;
    return n;
  }

 private:
  void insertBefore(Hook& at, T& t) {
    Hook& h = static_cast<Hook&>(t);
    ORRERY_ASSERT(!h.linked(), "an element is in one list per tag");
    h.prev_ = at.prev_;
    h.next_ = &at;
    at.prev_->next_ = &h;
    at.prev_ = &h;
  }

  Hook head_;
};

}  // namespace orrery
