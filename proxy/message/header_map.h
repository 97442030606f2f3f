#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/base/assert.h"
#include "proxy/message/header_case.h"
#include "proxy/message/header_id_set.h"

namespace orrery::message {

// A header name known at configuration time: resolved once, compared by id where possible.
class HeaderName {
 public:
  explicit HeaderName(std::string_view anyCase);
  HeaderId id() const { return id_; }
  std::string_view text() const { return text_; }  // lower case

 private:
  std::string text_;
  HeaderId id_;
};

// One field. Name and value point into the map's arena or to immortal literals.
struct HeaderEntry {
  HeaderId id = HeaderId::kOther;
  std::string_view name;  // lower case
  std::string_view value;
};

inline bool isNamed(const HeaderEntry& entry, const HeaderName& name) {
  return entry.id == name.id() && (entry.id != HeaderId::kOther || entry.name == name.text());
}

// The header fields of one message in order of arrival. Pseudo headers (":method", ":path", ":status"...) are entries too,
// always before the others. A name that comes again is a further entry; but of those in joined_fields.h the value is joined
// to the first one's. Which of them count is told by the pseudo headers, which are therefore added first: a map without is
// one of trailers.
//
// Lifetime: arena outlives the map; nothing is freed before the arena is. Trivially destructible, so it may live in one.
// Threading: one worker. Bounds: none; codecs enforce limits by byteSize() and size().
class HeaderMap {
 public:
  explicit HeaderMap(Arena& arena) : arena_(&arena) {}
  HeaderMap(const HeaderMap&) = delete;
  HeaderMap& operator=(const HeaderMap&) = delete;

  Arena& arena() { return *arena_; }
  size_t size() const { return size_; }
  // Sum of the lengths of names and values: what limits are compared with.
  size_t byteSize() const { return byteSize_; }

  const HeaderEntry* begin() const { return entries_; }
  const HeaderEntry* end() const { return entries_ + size_; }

  bool has(HeaderId id) const { return present_.has(id); }
  // The first value, or an empty view.
  std::string_view get(HeaderId id) const;
  std::string_view get(const HeaderName& name) const;
  bool has(const HeaderName& name) const;
  // All values of the name joined with ',' (into the arena if there are several). Those of joined_fields.h are so already.
  std::string_view getJoined(const HeaderName& name) const;

  // Appends a field; the value is copied into the arena. Names given as string must be lower case.
  void add(HeaderId id, std::string_view value) { addReference(id, arena_->copy(value)); }
  void add(std::string_view lowerName, std::string_view value);
  void add(const HeaderName& name, std::string_view value);
  // As add, but `value` already lives long enough (arena or literal).
  void addReference(HeaderId id, std::string_view value);
  void addReference(std::string_view lowerName, HeaderId id, std::string_view value) {
    ORRERY_DCHECK(id == headerIdOf(lowerName), "a field's id is that of its name");
    if (present_.has(id) && joinToFirst(id, value)) [[unlikely]]
      return;
    HeaderEntry* e = appendSlot();
    e->id = id;
    e->name = lowerName;
    e->value = value;
    note(*e);
    if (isPseudo(*e)) [[unlikely]]
      keepPseudoInFront();
  }

  // Replaces the first entry in place and removes further ones; appends if there is none. Pseudo headers that are new go
  // in front.
  void set(HeaderId id, std::string_view value) { setReference(id, arena_->copy(value)); }
  void set(const HeaderName& name, std::string_view value);
  void setReference(HeaderId id, std::string_view value);
  void setNumber(HeaderId id, uint64_t value);

  // Removes all entries of the name; returns how many.
  size_t remove(HeaderId id);
  size_t remove(const HeaderName& name);
  size_t remove(std::string_view lowerName);
  // Removes entries for which f(entry) is true, keeping the order of the others.
  template <class F>
  size_t removeIf(F&& f) {
    uint32_t kept = 0;
    present_ = {};
    byteSize_ = 0;
    const uint32_t before = size_;
    for (uint32_t i = 0; i < before; ++i) {
      if (f(static_cast<const HeaderEntry&>(entries_[i]))) continue;
      entries_[kept] = entries_[i];
      note(entries_[kept]);
      ++kept;
    }
    size_ = kept;
    return before - kept;
  }

  void copyFrom(const HeaderMap& other);
  void clear();

  // How the names were written, if somebody is to write them so again; null: lower case will do.
  HeaderCase* headerCase() const { return case_; }
  void setHeaderCase(HeaderCase* headerCase) { case_ = headerCase; }

  // Pseudo-header shorthands.
  std::string_view method() const { return get(HeaderId::kMethod); }
  std::string_view path() const { return get(HeaderId::kPath); }
  std::string_view authority() const { return get(HeaderId::kAuthority); }
  std::string_view scheme() const { return get(HeaderId::kScheme); }
  // The status as a number; 0 if there is none or it is not three digits.
  uint32_t status() const;

 private:
  static constexpr uint32_t kInlineRoom = 24;
  static bool isPseudo(const HeaderEntry& e) {
    return e.id <= HeaderId::kStatus || (e.id == HeaderId::kOther && e.name.starts_with(':'));
  }
  HeaderEntry* appendSlot() {
    if (size_ == capacity_) [[unlikely]]
      growRoom();
    return new (entries_ + size_++) HeaderEntry;
  }
  void growRoom();
  void keepPseudoInFront();
  bool joinToFirst(HeaderId id, std::string_view value);
  void note(const HeaderEntry& e) {
    byteSize_ += e.name.size() + e.value.size();
    present_.add(e.id);
  }
  int32_t find(HeaderId id) const;
  int32_t find(const HeaderName& name) const;

  Arena* arena_;
  HeaderEntry* entries_ = nullptr;  // room for capacity_, in the arena
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
  HeaderIdSet present_;
  size_t byteSize_ = 0;
  HeaderCase* case_ = nullptr;  // in the arena
};

}  // namespace orrery::message
