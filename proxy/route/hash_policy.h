#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/regex.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::route {

// One hash_policy of a route (envoy.config.route.v3.RouteAction.HashPolicy) as plain data.
struct HashPolicy {
  enum class Kind : uint8_t { kHeader, kCookie, kSourceIp, kQueryParameter, kNothing };  // kNothing: filter state
  Kind kind = Kind::kHeader;
  std::optional<message::HeaderName> header;
  std::optional<match::RegexSubstitution> rewrite;  // of the header's value
  std::string name;                                 // of the cookie or the query parameter
  std::optional<Duration> ttl;                      // of the cookie: set one where there is none; 0: of the session
  std::string path;                                 // of the cookie that is set
  std::vector<std::pair<std::string, std::string>> attributes;
  bool terminal = false;
};

// What spreads over hosts: Envoy's hash of a request (xxHash64 of each policy's value, combined). None: nothing to hash.
// `setCookie`: the set-cookie value that the response must carry, in the arena of `headers`; empty: none.
struct RequestHash {
  std::optional<uint64_t> value;
  std::string_view setCookie;
};
RequestHash hashOf(const std::vector<HashPolicy>& policies, message::HeaderMap& headers,
                   const stream_info::StreamInfo& info);

}  // namespace orrery::route
