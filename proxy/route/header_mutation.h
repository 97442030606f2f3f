#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/format/format.h"
#include "proxy/match/string_matcher.h"
#include "proxy/message/header_map.h"

namespace orrery::route {

// request_headers_to_add and friends, as one list in order of application.
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

// Applies them in order; `record` is what formats speak of. What is added lives in the map's arena.
void applyMutations(const std::vector<HeaderMutation>& mutations, const stream_info::LogRecord& record,
                    message::HeaderMap& headers);

}  // namespace orrery::route
