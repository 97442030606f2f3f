#include "proxy/route/finalize.h"

#include <cstring>
#include <initializer_list>

#include "proxy/route/path_rewrite.h"

namespace orrery::route {

using message::HeaderId;
using message::HeaderMap;

namespace {

void applyMutation(const HeaderMutation& mutation, HeaderMap& headers) {
  if (mutation.kind == HeaderMutation::Kind::kRemove) {
    headers.remove(mutation.name);
    return;
  }
  if (mutation.value.empty() && !mutation.keepEmptyValue) return;
  switch (mutation.kind) {
    case HeaderMutation::Kind::kAppendIfExistsOrAdd: headers.add(mutation.name, mutation.value); return;
    case HeaderMutation::Kind::kAddIfAbsent:
      if (!headers.has(mutation.name)) headers.add(mutation.name, mutation.value);
      return;
    // What is overwritten moves to the end, as in Envoy.
    case HeaderMutation::Kind::kOverwriteIfExistsOrAdd:
      headers.remove(mutation.name);
      headers.add(mutation.name, mutation.value);
      return;
    case HeaderMutation::Kind::kOverwriteIfExists:
      if (headers.remove(mutation.name) > 0) headers.add(mutation.name, mutation.value);
      return;
    case HeaderMutation::Kind::kRemove: return;
  }
}

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

void rewritePath(const RouteMatch& match, std::string_view replacement, HeaderMap& headers, bool insertOriginal) {
  const std::string_view path = headers.path();
  size_t matched = match.path.size();
  if (match.pathKind == RouteMatch::PathKind::kRegex) matched = path.substr(0, path.find_first_of("?#")).size();
  if (insertOriginal) headers.setReference(HeaderId::kEnvoyOriginalPath, path);
  headers.setReference(HeaderId::kPath, joinText(headers.arena(), {replacement, path.substr(matched)}));
}

void applyMutations(const std::vector<HeaderMutation>& mutations, HeaderMap& headers) {
  for (const HeaderMutation& mutation : mutations) applyMutation(mutation, headers);
}

void finalizeRequestHeaders(const Route& route, const WeightedCluster* weighted, HeaderMap& headers,
                            bool insertOriginal) {
  if (weighted != nullptr) applyMutations(weighted->requestHeaders, headers);
  applyMutations(route.requestHeaders, headers);
  if (!route.action) return;
  const RouteAction& action = *route.action;
  if (action.hostRewriteLiteral) {
    const std::string_view old = headers.authority();
    if (action.appendXForwardedHost) appendForwardedHost(headers, old);
    if (insertOriginal) headers.setReference(HeaderId::kEnvoyOriginalHost, old);
    headers.setReference(HeaderId::kAuthority, *action.hostRewriteLiteral);
  }
  if (action.prefixRewrite) rewritePath(route.match, *action.prefixRewrite, headers, insertOriginal);
}

void finalizeResponseHeaders(const Route& route, const WeightedCluster* weighted, HeaderMap& headers) {
  if (weighted != nullptr) applyMutations(weighted->responseHeaders, headers);
  applyMutations(route.responseHeaders, headers);
}

}  // namespace orrery::route
