#include "proxy/route/header_mutation.h"

#include <string>

namespace orrery::route {

using message::HeaderMap;

namespace {

void applyMutation(const HeaderMutation& mutation, std::string_view value, HeaderMap& headers) {
  if (mutation.kind == HeaderMutation::Kind::kRemove) {
    headers.remove(mutation.name);
    return;
  }
  if (mutation.kind == HeaderMutation::Kind::kRemoveMatching) {
    headers.removeIf([&](const message::HeaderEntry& e) { return match::matches(*mutation.matching, e.name); });
    return;
  }
  if (value.empty() && !mutation.keepEmptyValue) return;
  switch (mutation.kind) {
    case HeaderMutation::Kind::kAppendIfExistsOrAdd: headers.add(mutation.name, value); return;
    case HeaderMutation::Kind::kAddIfAbsent:
      if (!headers.has(mutation.name)) headers.add(mutation.name, value);
      return;
    // What is overwritten moves to the end, as in Envoy.
    case HeaderMutation::Kind::kOverwriteIfExistsOrAdd:
      headers.remove(mutation.name);
      headers.add(mutation.name, value);
      return;
    case HeaderMutation::Kind::kOverwriteIfExists:
      if (headers.remove(mutation.name) > 0) headers.add(mutation.name, value);
      return;
    case HeaderMutation::Kind::kRemove:
    case HeaderMutation::Kind::kRemoveMatching: return;
  }
}

}  // namespace

void applyMutations(const std::vector<HeaderMutation>& mutations, const stream_info::LogRecord& record,
                    HeaderMap& headers) {
  std::string made;
  for (const HeaderMutation& mutation : mutations) {
    if (mutation.format == nullptr) {
      applyMutation(mutation, mutation.value, headers);
      continue;
    }
    made.clear();
    mutation.format->append(record, made);
    applyMutation(mutation, made, headers);
  }
}

}  // namespace orrery::route
