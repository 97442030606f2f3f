#pragma once

#include <string_view>

#include "proxy/cel/value.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::cel {

// What a condition is about: a request on its way to a host, before there is an answer.
struct Subject {
  const message::HeaderMap& headers;
  const stream_info::StreamInfo& info;
};

// The value of a name: "request", "source", "metadata" and the like, as Envoy has them (measured at 1.40), or a type. What is not known yet,
// or not without TLS, is absent. No value: there is no such name.
Value variable(std::string_view name, const Subject& subject, Scratch& scratch);

// Whether `field` of the variable `root` is one that Envoy has and that cannot be told here yet; it is to be refused.
bool isMissing(std::string_view root, std::string_view field);

}  // namespace orrery::cel
