#include "proxy/message/header_map.h"

#include <charconv>
#include <cstring>
#include <memory>
#include <type_traits>

#include "proxy/base/ascii.h"
#include "proxy/message/joined_fields.h"

namespace orrery::message {

static_assert(std::is_trivially_destructible_v<HeaderMap>, "maps live in arenas, which run no destructors");

HeaderName::HeaderName(std::string_view anyCase) : text_(toLower(anyCase)), id_(headerIdOf(text_)) {}

void HeaderMap::growRoom() {
  const uint32_t room = capacity_ == 0 ? kInlineRoom : capacity_ * 2;
  auto* fresh = static_cast<HeaderEntry*>(arena_->allocate(room * sizeof(HeaderEntry), alignof(HeaderEntry)));
  std::uninitialized_copy_n(entries_, size_, fresh);
  entries_ = fresh;
  capacity_ = room;
}

int32_t HeaderMap::find(HeaderId id) const {
  if (!has(id)) return -1;
  for (uint32_t i = 0; i < size_; ++i) {
    if (entries_[i].id == id) return static_cast<int32_t>(i);
  }
  return -1;
}

int32_t HeaderMap::find(const HeaderName& name) const {
  if (name.id() != HeaderId::kOther) return find(name.id());
  for (uint32_t i = 0; i < size_; ++i) {
    if (entries_[i].id == HeaderId::kOther && entries_[i].name == name.text()) return static_cast<int32_t>(i);
  }
  return -1;
}

std::string_view HeaderMap::get(HeaderId id) const {
  const int32_t i = find(id);
  return i < 0 ? std::string_view() : entries_[i].value;
}

std::string_view HeaderMap::get(const HeaderName& name) const {
  const int32_t i = find(name);
  return i < 0 ? std::string_view() : entries_[i].value;
}

bool HeaderMap::has(const HeaderName& name) const { return find(name) >= 0; }

std::string_view HeaderMap::getJoined(const HeaderName& name) const {
  size_t count = 0;
  size_t bytes = 0;
  std::string_view only;
  for (const HeaderEntry& e : *this) {
    if (!isNamed(e, name)) continue;
    ++count;
    bytes += e.value.size() + 1;
    only = e.value;
  }
  if (count < 2) return only;
  char* const room = arena_->room(bytes);
  char* at = room;
  for (const HeaderEntry& e : *this) {
    if (!isNamed(e, name)) continue;
    if (at != room) *at++ = ',';
    if (!e.value.empty()) std::memcpy(at, e.value.data(), e.value.size());
    at += e.value.size();
  }
  return {room, static_cast<size_t>(at - room)};
}

void HeaderMap::add(std::string_view lowerName, std::string_view value) {
  const HeaderId id = headerIdOf(lowerName);
  addReference(id == HeaderId::kOther ? arena_->copy(lowerName) : headerName(id), id, arena_->copy(value));
}

void HeaderMap::add(const HeaderName& name, std::string_view value) {
  // The name is copied: configuration may be replaced while a stream that used it lives.
  const HeaderId id = name.id();
  addReference(id == HeaderId::kOther ? arena_->copy(name.text()) : headerName(id), id, arena_->copy(value));
}

void HeaderMap::addReference(HeaderId id, std::string_view value) { addReference(headerName(id), id, value); }

// False: this name keeps a line for each time it came.
bool HeaderMap::joinToFirst(HeaderId id, std::string_view value) {
  const HeaderIdSet& joined = has(HeaderId::kMethod)   ? kJoinedInRequests
                              : has(HeaderId::kStatus) ? kJoinedInResponses
                                                       : kJoinedInTrailers;
  if (!joined.has(id)) return false;
  HeaderEntry& first = entries_[find(id)];
  const std::string_view before = first.value;
  if (value.empty()) return true;
  if (before.empty()) {
    first.value = value;
  } else {
    char* const room = arena_->room(before.size() + 1 + value.size());
    std::memcpy(room, before.data(), before.size());
    room[before.size()] = ',';
    std::memcpy(room + before.size() + 1, value.data(), value.size());
    first.value = {room, before.size() + 1 + value.size()};
  }
  byteSize_ += first.value.size() - before.size();
  return true;
}

// A pseudo header that was appended goes behind the others of its kind, before the fields.
void HeaderMap::keepPseudoInFront() {
  uint32_t at = size_ - 1;
  if (at == 0 || isPseudo(entries_[at - 1])) return;
  const HeaderEntry moved = entries_[at];
  for (; at > 0 && !isPseudo(entries_[at - 1]); --at) entries_[at] = entries_[at - 1];
  entries_[at] = moved;
}

void HeaderMap::setReference(HeaderId id, std::string_view value) {
  const int32_t first = find(id);
  if (first < 0) return addReference(id, value);
  byteSize_ += value.size();
  byteSize_ -= entries_[first].value.size();
  entries_[first].value = value;
  uint32_t kept = static_cast<uint32_t>(first) + 1;
  for (uint32_t i = kept; i < size_; ++i) {
    if (entries_[i].id == id) {
      byteSize_ -= entries_[i].name.size() + entries_[i].value.size();
    } else {
      entries_[kept++] = entries_[i];
    }
  }
  size_ = kept;
}

void HeaderMap::set(const HeaderName& name, std::string_view value) {
  if (name.id() != HeaderId::kOther) return set(name.id(), value);
  const int32_t first = find(name);
  if (first < 0) return add(name, value);
  const std::string_view copy = arena_->copy(value);
  const auto keep = static_cast<const HeaderEntry*>(entries_ + first);
  byteSize_ += copy.size();
  byteSize_ -= keep->value.size();
  entries_[first].value = copy;
  removeIf([&](const HeaderEntry& e) { return &e > keep && e.id == HeaderId::kOther && e.name == name.text(); });
}

void HeaderMap::setNumber(HeaderId id, uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  set(id, std::string_view(digits, static_cast<size_t>(end - digits)));
}

size_t HeaderMap::remove(HeaderId id) {
  if (!has(id)) return 0;
  return removeIf([id](const HeaderEntry& e) { return e.id == id; });
}

size_t HeaderMap::remove(const HeaderName& name) {
  if (name.id() != HeaderId::kOther) return remove(name.id());
  return removeIf([&](const HeaderEntry& e) { return e.id == HeaderId::kOther && e.name == name.text(); });
}

size_t HeaderMap::remove(std::string_view lowerName) {
  const HeaderId id = headerIdOf(lowerName);
  if (id != HeaderId::kOther) return remove(id);
  return removeIf([&](const HeaderEntry& e) { return e.id == HeaderId::kOther && e.name == lowerName; });
}

void HeaderMap::copyFrom(const HeaderMap& other) {
  clear();
  for (const HeaderEntry& e : other) {
    addReference(e.id == HeaderId::kOther ? arena_->copy(e.name) : headerName(e.id), e.id, arena_->copy(e.value));
  }
  if (other.case_ != nullptr) case_ = other.case_->copyTo(*arena_);
}

void HeaderMap::clear() {
  size_ = 0;
  present_ = {};
  byteSize_ = 0;
  case_ = nullptr;
}

uint32_t HeaderMap::status() const {
  const std::string_view text = get(HeaderId::kStatus);
  if (text.empty() || text.size() > 3) return 0;
  uint32_t status = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + static_cast<uint32_t>(c - '0');
  }
  return status;
}

}  // namespace orrery::message
