#include "proxy/route/finalize.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>

#include "proxy/route/path_rewrite.h"

namespace orrery::route {

using message::HeaderId;
using message::HeaderMap;

namespace {

// As Envoy's appendXfh: nothing is added if the list already ends in this host.
void appendForwardedHost(HeaderMap& headers, std::string_view host) {
  const std::string_view known = headers.getJoined(HeaderId::kXForwardedHost);
  if (known.empty()) {
    headers.setReference(HeaderId::kXForwardedHost, host);
    return;
  }
  const size_t comma = known.rfind(',');
  const std::string_view last = comma == std::string_view::npos ? known : known.substr(comma + 1);
  if (last == host) return;
  headers.setReference(HeaderId::kXForwardedHost, joinText(headers.arena(), {known, ",", host}));
}

}  // namespace

std::string_view joinText(Arena& arena, std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  char* text = arena.room(size);
  char* at = text;
  for (std::string_view part : parts) {
    if (part.empty()) continue;
    std::memcpy(at, part.data(), part.size());
    at += part.size();
  }
  return {text, size};
}

namespace {

void replacePath(HeaderMap& headers, std::string_view path, bool insertOriginal) {
  if (insertOriginal) headers.setReference(HeaderId::kEnvoyOriginalPath, headers.path());
  headers.setReference(HeaderId::kPath, path);
}

// The path without query and fragment goes through the expression; what follows stays.
void rewritePath(const match::RegexSubstitution& rewrite, HeaderMap& headers, bool insertOriginal) {
  const std::string_view path = headers.path();
  const size_t end = std::min(path.find_first_of("?#"), path.size());
  const std::string made = match::replaceAll(rewrite, path.substr(0, end));
  replacePath(headers, joinText(headers.arena(), {made, path.substr(end)}), insertOriginal);
}

// The host that the route wants upstream, in the arena; none: it stays. `weighted` goes first, as in Envoy.
std::optional<std::string_view> rewrittenHost(const RouteAction& action, const WeightedCluster* weighted,
                                              HeaderMap& headers) {
  if (weighted != nullptr && weighted->hostRewriteLiteral) return *weighted->hostRewriteLiteral;
  if (action.hostRewriteLiteral) return *action.hostRewriteLiteral;
  if (action.hostRewriteHeader) {
    const std::string_view value = headers.get(*action.hostRewriteHeader);
    return value.empty() ? std::nullopt : std::optional(value);
  }
  if (action.hostRewritePath) {
    const std::string_view path = headers.path();
    const std::string made = match::replaceAll(*action.hostRewritePath, path.substr(0, path.find_first_of("?#")));
    return headers.arena().copy(made);
  }
  return std::nullopt;
}

}  // namespace

void rewriteHost(const RouteAction& action, std::string_view host, HeaderMap& headers, bool insertOriginal) {
  const std::string_view old = headers.authority();
  if (action.appendXForwardedHost) appendForwardedHost(headers, old);
  if (insertOriginal) headers.setReference(HeaderId::kEnvoyOriginalHost, old);
  headers.setReference(HeaderId::kAuthority, host);
}

void rewritePath(const RouteMatch& match, std::string_view replacement, HeaderMap& headers, bool insertOriginal) {
  const std::string_view path = headers.path();
  size_t matched = match.path.size();
  if (match.pathKind == RouteMatch::PathKind::kRegex) matched = path.substr(0, path.find_first_of("?#")).size();
  replacePath(headers, joinText(headers.arena(), {replacement, path.substr(matched)}), insertOriginal);
}

void finalizeRequestHeaders(const Route& route, const WeightedCluster* weighted, const stream_info::StreamInfo& info,
                            HeaderMap& headers, bool insertOriginal) {
  const stream_info::LogRecord record{info, &headers};
  if (weighted != nullptr && !route.weightedMutationsLast) applyMutations(weighted->requestHeaders, record, headers);
  applyMutations(route.requestHeaders, record, headers);
  if (weighted != nullptr && route.weightedMutationsLast) applyMutations(weighted->requestHeaders, record, headers);
  if (!route.action) return;
  const RouteAction& action = *route.action;
  if (const auto host = rewrittenHost(action, weighted, headers)) rewriteHost(action, *host, headers, insertOriginal);
  if (action.prefixRewrite) rewritePath(route.match, *action.prefixRewrite, headers, insertOriginal);
  if (action.regexRewrite) rewritePath(*action.regexRewrite, headers, insertOriginal);
}

void finalizeResponseHeaders(const Route& route, const WeightedCluster* weighted, const stream_info::LogRecord& record,
                             HeaderMap& headers) {
  if (weighted != nullptr && !route.weightedMutationsLast) applyMutations(weighted->responseHeaders, record, headers);
  applyMutations(route.responseHeaders, record, headers);
  if (weighted != nullptr && route.weightedMutationsLast) applyMutations(weighted->responseHeaders, record, headers);
}

}  // namespace orrery::route
