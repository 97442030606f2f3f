#include "proxy/route/path_rewrite.h"

#include "proxy/message/path.h"

namespace orrery::route {

using message::HeaderId;

namespace {

// None: the path stays.
std::optional<std::string_view> rewritten(const PathRewrite& rewrite, const RouteMatch& match,
                                          const stream_info::StreamInfo& info, message::HeaderMap& headers) {
  const message::PathParts parts = message::splitPath(headers.path());
  if (rewrite.format != nullptr) {
    std::string text;
    rewrite.format->append({info, &headers}, text);
    if (text.empty()) return std::nullopt;
    return headers.arena().join({text, parts.rest});
  }
  if (rewrite.regex) {
    return headers.arena().join({match::replaceAll(*rewrite.regex, parts.path), parts.rest});
  }
  if (!rewrite.prefix) return std::nullopt;
  if (match.pathKind == RouteMatch::PathKind::kRegex) return headers.arena().join({*rewrite.prefix, parts.rest});
  if (!startsWithPath(parts.path, match)) return std::nullopt;
  return headers.arena().join({*rewrite.prefix, headers.path().substr(match.path.size())});
}

}  // namespace

void rewritePath(const PathRewrite& rewrite, const RouteMatch& match, const stream_info::StreamInfo& info,
                 message::HeaderMap& headers, bool insertOriginal) {
  if (!headers.has(HeaderId::kPath)) return;  // a CONNECT: there is nothing to rewrite
  const auto path = rewritten(rewrite, match, info, headers);
  if (!path) return;
  if (insertOriginal) headers.setReference(HeaderId::kEnvoyOriginalPath, headers.path());
  headers.setReference(HeaderId::kPath, *path);
}

}  // namespace orrery::route
