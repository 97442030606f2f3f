#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/message/header_map.h"

namespace orrery::stream_info {
struct StreamInfo;
}

namespace orrery::match {

// What a condition of a tree looks at: a field of the request, or where its connection comes from and goes to.
struct MatchInput {
  enum class Kind : uint8_t {
    kField,
    kSourceIp,
    kDirectSourceIp,
    kDestinationIp,
    kSourcePort,
    kDestinationPort,
    kNone  // what no connection has here: a name of TLS, filter state, a network namespace
  };
  Kind kind = Kind::kField;
  std::optional<message::HeaderName> field;  // of kField
};

// What is looked at. Addresses as stream_info has them: "1.2.3.4:80"; without them only fields have values.
struct MatchSubject {
  const message::HeaderMap& headers;
  std::string_view source = {};  // the client, behind what x-forwarded-for says
  std::string_view directSource = {};
  std::string_view destination = {};
  const stream_info::StreamInfo* stream = nullptr;  // what conditions of other kinds look at
};

// Nothing: it has no value. Of a field that is there several times all values, joined with ','. The text may be in `room`.
std::optional<std::string_view> valueOf(const MatchInput& input, const MatchSubject& subject, std::string& room);

}  // namespace orrery::match
