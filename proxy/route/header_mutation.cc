#include "proxy/route/header_mutation.h"

#include <new>
#include <span>
#include <string>

namespace orrery::route {

using message::HeaderMap;

using Kind = HeaderMutation::Kind;

namespace {

bool removes(const HeaderMutation& mutation, HeaderMap& headers) {
  if (mutation.kind == Kind::kRemove) {
    headers.remove(mutation.name);
    return true;
  }
  if (mutation.kind == Kind::kRemoveMatching) {
    headers.removeIf([&](const message::HeaderEntry& e) { return match::matches(*mutation.matching, e.name); });
    return true;
  }
  return false;
}

// Whether there is anything to do, as the headers are now.
bool applies(const HeaderMutation& mutation, std::string_view value, const HeaderMap& headers) {
  if (value.empty() && !mutation.keepEmptyValue) return false;
  if (mutation.kind == Kind::kAddIfAbsent) return !headers.has(mutation.name);
  if (mutation.kind == Kind::kOverwriteIfExists) return headers.has(mutation.name);
  return true;
}

bool overwrites(const HeaderMutation& mutation) {
  return mutation.kind == Kind::kOverwriteIfExistsOrAdd || mutation.kind == Kind::kOverwriteIfExists;
}

// What is overwritten moves to the end, as in Envoy.
void put(const HeaderMutation& mutation, std::string_view value, HeaderMap& headers) {
  if (overwrites(mutation)) headers.remove(mutation.name);
  headers.add(mutation.name, value);
}

// The value of an addition; `room` holds it if it is made now.
std::string_view valueOf(const HeaderMutation& mutation, const stream_info::LogRecord& record, std::string& room) {
  if (mutation.format == nullptr) return mutation.value;
  room.clear();
  mutation.format->append(record, room);
  return room;
}

struct Planned {
  const HeaderMutation* mutation;
  std::string_view value;
};

}  // namespace

void applyMutations(const std::vector<HeaderMutation>& mutations, const stream_info::LogRecord& record,
                    HeaderMap& headers) {
  std::string room;
  for (const HeaderMutation& mutation : mutations) {
    if (removes(mutation, headers)) continue;
    const std::string_view value = valueOf(mutation, record, room);
    if (applies(mutation, value, headers)) put(mutation, value, headers);
  }
}

void applyLevel(const HeaderLevel& level, const stream_info::LogRecord& record, HeaderMap& headers) {
  if (level.mutations.empty()) return;
  Arena& arena = headers.arena();
  auto* planned = static_cast<Planned*>(arena.allocate(sizeof(Planned) * level.mutations.size(), alignof(Planned)));
  size_t size = 0;
  std::string room;
  for (const HeaderMutation& mutation : level.mutations) {
    if (removes(mutation, headers)) continue;
    std::string_view value = valueOf(mutation, record, room);
    if (!applies(mutation, value, headers)) continue;
    if (mutation.format != nullptr) value = arena.copy(value);
    new (planned + size++) Planned{&mutation, value};
  }
  const std::span plan(planned, size);
  for (const bool first : {true, false}) {
    for (const auto& [mutation, value] : plan) {
      if (overwrites(*mutation) == first) put(*mutation, value, headers);
    }
  }
}

}  // namespace orrery::route
