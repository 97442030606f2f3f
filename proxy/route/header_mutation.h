#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/format/format.h"
#include "proxy/match/string_matcher.h"
#include "proxy/message/header_map.h"

namespace orrery::route {

// One addition or removal of header fields.
struct HeaderMutation {
  enum class Kind : uint8_t {
    kAppendIfExistsOrAdd,
    kAddIfAbsent,
    kOverwriteIfExistsOrAdd,
    kOverwriteIfExists,
    kRemove,
    kRemoveMatching,  // all whose names `matching` holds for
  };
  Kind kind = Kind::kAppendIfExistsOrAdd;
  message::HeaderName name;
  std::string value;  // as it is written, unless there is a `format`
  bool keepEmptyValue = false;
  std::shared_ptr<const match::StringMatcher> matching = nullptr;
  std::shared_ptr<const format::Formatter> format = nullptr;  // of a value with operators; what is absent is empty
};

// request_headers_to_add and request_headers_to_remove of one level (a route, a virtual host, ...); removals stand first.
struct HeaderLevel {
  std::vector<HeaderMutation> mutations;
};

// Applies a level as Envoy does (measured at 1.40): when the removals are done, every value and every condition speaks
// of the headers as they are then; what overwrites comes next, in order, and last what is added. `record` is what
// formats speak of. What is added lives in the map's arena.
void applyLevel(const HeaderLevel& level, const stream_info::LogRecord& record, message::HeaderMap& headers);

// Applies one after the other, each to what the one before left: the lists of header_mutation and
// early_header_mutation.
void applyMutations(const std::vector<HeaderMutation>& mutations, const stream_info::LogRecord& record,
                    message::HeaderMap& headers);

}  // namespace orrery::route
