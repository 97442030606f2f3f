#include "proxy/route/rate_limit.h"

#include <algorithm>
#include <charconv>

#include "proxy/base/percent.h"
#include "proxy/message/path.h"

namespace orrery::route {
namespace {

using stream_info::Value;

// What an action came to. kSkipped: it says nothing, and the descriptor goes on without it.
enum class Outcome : uint8_t { kEntry, kSkipped, kEnd };

struct Made {
  Outcome outcome = Outcome::kEnd;
  DescriptorEntry entry = {};
};

Made entryOf(std::string_view key, std::string_view value) {
  return {Outcome::kEntry, {std::string(key), std::string(value)}};
}

Made absent(const RateLimitAction& action) { return {action.skipIfAbsent ? Outcome::kSkipped : Outcome::kEnd}; }

// The first parameter of the name, both decoded.
std::optional<std::string> parameterValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    const size_t equals = std::min(parameter.find('='), parameter.size());
    if (percentDecoded(parameter.substr(0, equals)) == name) {
      return percentDecoded(parameter.substr(std::min(equals + 1, parameter.size())));
    }
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
  }
  return std::nullopt;
}

bool parameterMatches(const QueryParameterMatcher& matcher, std::string_view query) {
  const auto value = parameterValue(query, matcher.name);
  if (matcher.string) return value && match::matches(*matcher.string, *value);
  return value.has_value() == matcher.present;
}

Made requestHeader(const RateLimitAction& action, const RateLimitInputs& inputs) {
  if (!inputs.headers.has(*action.header)) return absent(action);
  return entryOf(action.key, inputs.headers.get(*action.header));
}

Made queryParameter(const RateLimitAction& action, const RateLimitInputs& inputs) {
  const auto value = parameterValue(message::splitPath(inputs.headers.path()).query, action.parameter);
  return value ? entryOf(action.key, *value) : absent(action);
}

std::optional<io::Address> remoteAddress(const RateLimitInputs& inputs) {
  return io::Address::parseIpPort(inputs.info.downstreamRemoteAddress);
}

Made maskedAddress(const RateLimitAction& action, const RateLimitInputs& inputs) {
  const auto address = remoteAddress(inputs);
  if (!address) return {};
  const uint32_t bits = address->kind() == io::Address::Kind::kIpv4 ? action.maskV4 : action.maskV6;
  return entryOf(action.key, address->network(bits).ipText() + "/" + std::to_string(bits));
}

Made addressMatch(const RateLimitAction& action, const RateLimitInputs& inputs) {
  const auto address = remoteAddress(inputs);
  if (!address) return {};
  return match::anyHolds(action.ranges, *address) != action.invertRanges ? entryOf(action.key, action.value) : Made{};
}

Made queryMatch(const RateLimitAction& action, const RateLimitInputs& inputs) {
  const std::string_view query = message::splitPath(inputs.headers.path()).query;
  const bool all = std::ranges::all_of(action.parameters, [&](const auto& m) { return parameterMatches(m, query); });
  return all == action.expectMatch ? entryOf(action.key, action.value) : Made{};
}

// Only a text counts; the namespace may be missing like anything else.
Made metadata(const RateLimitAction& action, const Value::Object* of) {
  const Value* at = of == nullptr ? nullptr : stream_info::find(*of, action.metadataNamespace);
  for (const std::string& name : action.metadataPath) at = at == nullptr ? nullptr : at->find(name);
  const auto* const text = at == nullptr ? nullptr : std::get_if<std::string>(&at->is);
  if (text != nullptr && !text->empty()) return entryOf(action.key, *text);
  if (!action.defaultValue.empty()) return entryOf(action.key, action.defaultValue);
  return absent(action);
}

Made make(const RateLimitAction& action, const RateLimitInputs& inputs) {
  using Kind = RateLimitAction::Kind;
  switch (action.kind) {
    case Kind::kDestinationCluster:
      return inputs.info.routeCluster.empty() ? Made{} : entryOf(action.key, inputs.info.routeCluster);
    case Kind::kRequestHeader: return requestHeader(action, inputs);
    case Kind::kQueryParameter: return queryParameter(action, inputs);
    case Kind::kRemoteAddress: {
      const auto address = remoteAddress(inputs);
      return address ? entryOf(action.key, address->ipText()) : Made{};
    }
    case Kind::kMaskedRemoteAddress: return maskedAddress(action, inputs);
    case Kind::kRemoteAddressMatch: return addressMatch(action, inputs);
    case Kind::kFixed: return entryOf(action.key, action.value);
    case Kind::kHeaderMatch:
      return match::matchesAll(action.headers, inputs.headers) == action.expectMatch ? entryOf(action.key, action.value)
                                                                                     : Made{};
    case Kind::kQueryMatch: return queryMatch(action, inputs);
    case Kind::kDynamicMetadata: return metadata(action, inputs.info.metadata.get());
    case Kind::kRouteMetadata: return metadata(action, inputs.info.routeMetadata);
  }
  return {};
}

// As Envoy has it.
constexpr uint64_t kMostHits = 1'000'000'000;

// False: the format gave no number of hits, and the limit does not count.
bool setHits(const RateLimit& limit, const RateLimitInputs& inputs, Descriptor& out) {
  out.hits = limit.hits;
  if (limit.hitsFormat == nullptr) return true;
  std::string text;
  limit.hitsFormat->append({inputs.info, &inputs.headers}, text);
  uint64_t hits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hits);
  if (error != std::errc() || end != text.data() + text.size() || hits > kMostHits) return false;
  out.hits = hits;
  return true;
}

}  // namespace

std::optional<Descriptor> descriptorOf(const RateLimit& limit, const RateLimitInputs& inputs) {
  Descriptor out{.givesBack = limit.givesBack, .headers = limit.headers};
  for (const RateLimitAction& action : limit.actions) {
    Made made = make(action, inputs);
    if (made.outcome == Outcome::kEnd) return std::nullopt;
    if (made.outcome == Outcome::kEntry) out.entries.push_back(std::move(made.entry));
  }
  if (!setHits(limit, inputs, out)) return std::nullopt;
  return out;
}

}  // namespace orrery::route
