#include "proxy/filters/http/basic_auth/basic_auth_filter.h"

#include <nettle/base64.h>
#include <nettle/sha1.h>

#include <array>
#include <cstring>

namespace orrery::filters::basic_auth {

using message::HeaderId;
using message::HeaderMap;

namespace {

std::optional<std::string> decodeBase64(std::string_view text) {
  std::string out(BASE64_DECODE_LENGTH(text.size()), '\0');
  base64_decode_ctx context;
  base64_decode_init(&context);
  size_t size = out.size();
  auto* bytes = reinterpret_cast<uint8_t*>(out.data());
  if (base64_decode_update(&context, &size, bytes, text.size(), text.data()) == 0) return std::nullopt;
  if (base64_decode_final(&context) == 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::array<char, BASE64_ENCODE_RAW_LENGTH(SHA1_DIGEST_SIZE)> hashed(std::string_view password) {
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, password.size(), reinterpret_cast<const uint8_t*>(password.data()));
  std::array<uint8_t, SHA1_DIGEST_SIZE> digest;
  sha1_digest(&context, digest.size(), digest.data());
  std::array<char, BASE64_ENCODE_RAW_LENGTH(SHA1_DIGEST_SIZE)> text;
  base64_encode_raw(text.data(), digest.size(), digest.data());
  return text;
}

// In a time that does not tell how much of the text is right.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

bool isUser(const Users& users, std::string_view name, std::string_view password) {
  const auto found = users.find(name);
  if (found == users.end()) return false;
  const auto text = hashed(password);
  return same({text.data(), text.size()}, found->second);
}

}  // namespace

BasicAuthConfig::BasicAuthConfig(const BasicAuthOptions& o, const http::PlanInputs& inputs)
    : options(o),
      name(inputs.filterName),
      authenticationHeader(o.authenticationHeader),
      allowed(inputs.layout.counter(inputs.prefix() + "basic_auth.allowed")),
      denied(inputs.layout.counter(inputs.prefix() + "basic_auth.denied")) {
  if (!o.forwardUsernameHeader.empty()) forwardUsernameHeader.emplace(o.forwardUsernameHeader);
}

http::FilterHeadersStatus BasicAuthFilter::decodeHeaders(HeaderMap& headers, bool) {
  const auto* ofRoute = static_cast<const BasicAuthRouteOptions*>(decoder_->routeSetting());
  const Users& users = ofRoute != nullptr ? ofRoute->users : config_.options.users;
  if (!headers.has(config_.authenticationHeader)) {
    if (config_.options.allowMissing) return http::FilterHeadersStatus::kContinue;
    return deny(headers, "User authentication failed. Missing username and password.", "no_credential_for_basic_auth");
  }
  std::string_view value = headers.get(config_.authenticationHeader);
  constexpr std::string_view kScheme = "Basic ";
  if (!value.starts_with(kScheme)) {
    return deny(headers, "User authentication failed. Expected 'Basic' authentication scheme.",
                "invalid_scheme_for_basic_auth");
  }
  value.remove_prefix(kScheme.size());
  const auto decoded = decodeBase64(value);
  const size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return deny(headers, "User authentication failed. Invalid basic credential format.",
                "invalid_format_for_basic_auth");
  }
  const std::string_view name = std::string_view(*decoded).substr(0, colon);
  if (!isUser(users, name, std::string_view(*decoded).substr(colon + 1))) {
    return deny(headers, "User authentication failed. Invalid username/password combination.",
                "invalid_credential_for_basic_auth");
  }
  if (config_.forwardUsernameHeader) headers.set(*config_.forwardUsernameHeader, name);
  if (config_.options.emitMetadata) {
    stream_info::Value::Object fields;
    stream_info::memberOf(fields, "username").is = std::string(name);
    decoder_->streamInfo().mergeMetadata(config_.name, fields);
  }
  decoder_->worker().stats.add(config_.allowed);
  return http::FilterHeadersStatus::kContinue;
}

http::FilterHeadersStatus BasicAuthFilter::deny(const HeaderMap& headers, std::string_view body,
                                                std::string_view details) {
  decoder_->worker().stats.add(config_.denied);
  const auto* ofRoute = static_cast<const BasicAuthRouteOptions*>(decoder_->routeSetting());
  std::string realm = ofRoute != nullptr && !ofRoute->realm.empty() ? ofRoute->realm : config_.options.realm;
  if (realm.empty()) {
    // As much of the URI as Envoy says.
    constexpr size_t kLongestPath = 256;
    const std::string_view path = headers.path().substr(0, kLongestPath);
    realm = std::string(headers.scheme()) + "://" + std::string(headers.authority()) + std::string(path);
  }
  HeaderMap extra(decoder_->arena());
  extra.add("www-authenticate", "Basic realm=\"" + realm + "\"");
  decoder_->sendLocalReply({.status = 401, .body = body, .details = details, .headers = &extra});
  return http::FilterHeadersStatus::kStopIteration;
}

}  // namespace orrery::filters::basic_auth
