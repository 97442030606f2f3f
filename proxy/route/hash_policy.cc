#include "proxy/route/hash_policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <xxhash.h>

#include "proxy/route/cookies.h"
#include "proxy/route/matchers.h"

namespace orrery::route {
namespace {

using message::HeaderMap;

uint64_t hashText(std::string_view text, uint64_t seed = 0) { return XXH64(text.data(), text.size(), seed); }

// Several fields of one name count in the order of their values, so that the order of arrival does not matter (Envoy).
std::optional<uint64_t> hashOfHeader(const HashPolicy& policy, const HeaderMap& headers) {
  std::vector<std::string> values;
  for (const message::HeaderEntry& entry : headers) {
    if (entry.id != policy.header->id() || entry.name != policy.header->text()) continue;
    values.emplace_back(policy.rewrite ? match::replaceAll(*policy.rewrite, entry.value) : std::string(entry.value));
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  uint64_t out = 0;
  for (const std::string& value : values) out = hashText(value, out);
  return out;
}

std::string setCookieValue(const HashPolicy& policy, std::string_view value) {
  std::string out = fmt::format("{}=\"{}\"", policy.name, value);
  if (!policy.ttl->isZero()) out += fmt::format("; Max-Age={}", policy.ttl->inMilliseconds() / 1000);
  if (!policy.path.empty()) out += "; Path=" + policy.path;
  for (const auto& [name, text] : policy.attributes) out += "; " + name + (text.empty() ? "" : "=" + text);
  return out + "; HttpOnly";
}

// A cookie that is missing is made from the connection's addresses, so that all streams of it agree (Envoy).
std::optional<uint64_t> hashOfCookie(const HashPolicy& policy, HeaderMap& headers, const stream_info::StreamInfo& info,
                                     std::string_view& setCookie) {
  const std::string_view value = cookieValue(headers, policy.name).value_or(std::string_view());
  if (!value.empty()) return hashText(value);
  if (!policy.ttl) return std::nullopt;
  const std::string made = fmt::format(
      "{:016x}", hashText(std::string(info.downstreamDirectRemoteAddress) + std::string(info.downstreamLocalAddress)));
  setCookie = headers.arena().copy(setCookieValue(policy, made));
  return hashText(made);
}

// "1.2.3.4:80" -> "1.2.3.4", "[::1]:80" -> "::1": as Envoy writes the address alone.
std::string_view ipOf(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return address;
  if (address.front() == '[') return address.substr(1, colon - 2);
  return address.substr(0, colon);
}

std::optional<uint64_t> hashOfQuery(const HashPolicy& policy, std::string_view path) {
  const size_t question = path.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  const std::string_view query = path.substr(question + 1, path.find('#', question) - question - 1);
  const auto value = queryValue(query, policy.name);
  return value ? std::optional(hashText(*value)) : std::nullopt;
}

}  // namespace

RequestHash hashOf(const std::vector<HashPolicy>& policies, HeaderMap& headers, const stream_info::StreamInfo& info) {
  RequestHash out;
  for (const HashPolicy& policy : policies) {
    std::optional<uint64_t> value;
    switch (policy.kind) {
      case HashPolicy::Kind::kHeader: value = hashOfHeader(policy, headers); break;
      case HashPolicy::Kind::kCookie: value = hashOfCookie(policy, headers, info, out.setCookie); break;
      case HashPolicy::Kind::kSourceIp: value = hashText(ipOf(info.downstreamRemoteAddress)); break;
      case HashPolicy::Kind::kNothing: break;
      case HashPolicy::Kind::kQueryParameter: value = hashOfQuery(policy, headers.path()); break;
    }
    // Rotated, so that a policy given twice does not cancel itself (Envoy's HashPolicyImpl).
    if (value) out.value = (out.value ? (*out.value << 1) | (*out.value >> 63) : 0) ^ *value;
    if (policy.terminal && out.value) break;
  }
  return out;
}

}  // namespace orrery::route
