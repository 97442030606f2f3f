#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/format/format.h"
#include "proxy/match/address_range.h"
#include "proxy/match/header_matcher.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_match.h"
#include "proxy/stream_info/stream_info.h"

// What a request is counted under by rate limits (envoy.config.route.v3.RateLimit): of routes, of virtual hosts and of the
// filters that limit.
namespace orrery::route {

struct DescriptorEntry {
  std::string key;
  std::string value;
  auto operator<=>(const DescriptorEntry&) const = default;
};

// Whether a limited or counted request is told so by x-ratelimit-* headers.
enum class RateLimitHeaders : uint8_t { kAsTheFilterSays, kOff, kDraft03 };

// The entries come in the order of the actions that gave them.
struct Descriptor {
  std::vector<DescriptorEntry> entries = {};
  std::optional<uint64_t> hits = {};  // how many it counts as; none: one
  bool givesBack = false;             // the hits are taken off what was counted
  RateLimitHeaders headers = RateLimitHeaders::kAsTheFilterSays;
};

// One step in making a descriptor: an entry, or nothing, or the end of it.
struct RateLimitAction {
  enum class Kind : uint8_t {
    kDestinationCluster,
    kRequestHeader,
    kQueryParameter,
    kRemoteAddress,
    kMaskedRemoteAddress,
    kRemoteAddressMatch,
    kFixed,  // generic_key, source_cluster
    kHeaderMatch,
    kQueryMatch,
    kDynamicMetadata,
    kRouteMetadata,
  };
  Kind kind = Kind::kFixed;
  std::string key = {};
  std::string value = {};                              // kFixed and the matches
  std::string defaultValue = {};                       // the metadata
  bool skipIfAbsent = false;                           // what is not there gives no entry, and no end
  bool expectMatch = true;                             // kHeaderMatch, kQueryMatch
  std::optional<message::HeaderName> header = {};      // kRequestHeader
  std::string parameter = {};                          // kQueryParameter
  std::vector<HeaderMatcher> headers = {};             // kHeaderMatch; ready for use
  std::vector<QueryParameterMatcher> parameters = {};  // kQueryMatch; ready for use
  std::vector<match::AddressRange> ranges = {};        // kRemoteAddressMatch
  bool invertRanges = false;
  uint32_t maskV4 = 32, maskV6 = 128;  // kMaskedRemoteAddress: how many bits are left
  std::string metadataNamespace = {};  // the metadata
  std::vector<std::string> metadataPath = {};
};

struct RateLimit {
  uint32_t stage = 0;
  std::string disableKey = {};
  std::vector<RateLimitAction> actions = {};
  std::optional<uint64_t> hits = {};
  std::shared_ptr<const format::Formatter> hitsFormat = {};  // instead of `hits`; null: none
  bool givesBack = false;
  RateLimitHeaders headers = RateLimitHeaders::kAsTheFilterSays;
  bool onStreamDone = false;  // to be applied when the stream ends
};

// What the actions look at. `cluster` is the one that the route chose; empty where there is none.
struct RateLimitInputs {
  message::HeaderMap& headers;
  const stream_info::StreamInfo& info;
};

// The descriptor of this request; none: an action found nothing to count by.
std::optional<Descriptor> descriptorOf(const RateLimit& limit, const RateLimitInputs& inputs);

}  // namespace orrery::route
