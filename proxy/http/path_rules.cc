#include "proxy/http/path_rules.h"

#include <optional>
#include <string>

#include "proxy/base/percent.h"

namespace orrery::http {

using message::HeaderId;
using message::HeaderMap;

namespace {

// RFC 3986 section 2.3.
bool isUnreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// What a path may not hold as it is, by the URL library that Envoy uses.
bool wantsEscape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7f || std::string_view("\"<>^`{|}").find(c) != std::string_view::npos;
}

void appendEscaped(char c, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// One segment in canonical spelling. False: it holds an escaped NUL.
bool appendSegment(std::string_view segment, std::string& out) {
  for (size_t i = 0; i < segment.size(); ++i) {
    if (const auto c = percentEscapeAt(segment, i)) {
      if (*c == 0) return false;
      if (isUnreserved(*c)) {
        out += *c;
      } else {
        out.append(segment.substr(i, 3));
      }
      i += 2;
    } else if (wantsEscape(segment[i])) {
      appendEscaped(segment[i], out);
    } else {
      out += segment[i];
    }
  }
  return true;
}

// "..;x" is "..": what servers with path parameters make of it.
std::string_view withoutDotParameters(std::string_view segment) {
  const std::string_view name = segment.substr(0, segment.find(';'));
  return name == "." || name == ".." ? name : segment;
}

// RFC 3986 section 5.2.4 on a path that starts with '/'; '\\' counts as '/'.
bool canonicalize(std::string_view path, std::string& out) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const size_t end = path.find_first_of("/\\");
    const std::string_view segment = withoutDotParameters(path.substr(0, end));
    const size_t before = out.size();
    out += '/';
    if (!appendSegment(segment, out)) return false;
    const std::string_view made = std::string_view(out).substr(before + 1);
    const bool up = made == "..";
    if (up || made == ".") {
      out.resize(before);
      if (up && !out.empty()) out.resize(out.rfind('/'));
      if (end == std::string_view::npos) out += '/';
    }
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end);
  }
  return true;
}

bool unescapeSlashes(std::string_view path, std::string& out) {
  bool found = false;
  for (size_t i = 0; i < path.size(); ++i) {
    const auto c = percentEscapeAt(path, i);
    if (c == '/' || c == '\\') {
      out += *c;
      i += 2;
      found = true;
    } else {
      out += path[i];
    }
  }
  return found;
}

// As Envoy: a path of slashes alone keeps two of them, one as its start and one as its end.
std::string mergeSlashes(std::string_view path) {
  std::string out;
  bool first = true;
  for (size_t i = 0; i < path.size();) {
    const size_t end = std::min(path.find('/', i), path.size());
    if (end > i) {
      if (!first) out += '/';
      out.append(path.substr(i, end - i));
      first = false;
    }
    i = end + 1;
  }
  if (path.starts_with('/')) out.insert(out.begin(), '/');
  if (path.ends_with('/')) out += '/';
  return out;
}

// The ':' before a port, or npos.
size_t portStart(std::string_view host) {
  const size_t colon = host.rfind(':');
  const size_t bracket = host.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon)) {
    return std::string_view::npos;
  }
  return colon;
}

}  // namespace

PathVerdict normalizePath(HeaderMap& headers, const HcmOptions& options) {
  const std::string_view whole = headers.path();
  // A fragment has no business in a request (CVE-2021-32779).
  if (whole.find('#') != std::string_view::npos) return PathVerdict::kReject;
  const bool unescapes = options.escapedSlashes != EscapedSlashes::kKeep;
  if (whole.empty() || (!unescapes && !options.normalizePath && !options.mergeSlashes)) return PathVerdict::kContinue;

  const size_t query = std::min(whole.find('?'), whole.size());
  std::string path(whole.substr(0, query));
  PathVerdict verdict = PathVerdict::kContinue;
  bool trusted = true;
  if (unescapes) {
    std::string made;
    if (unescapeSlashes(path, made)) {
      path = std::move(made);
      trusted = options.escapedSlashes != EscapedSlashes::kReject;
      if (options.escapedSlashes == EscapedSlashes::kUnescapeAndRedirect) verdict = PathVerdict::kRedirect;
    }
  }
  if (trusted && options.normalizePath) {
    std::string made;
    trusted = canonicalize(path, made);
    if (trusted) path = std::move(made);
  }
  if (trusted && options.mergeSlashes && path.find("//") != std::string::npos) path = mergeSlashes(path);
  if (path != whole.substr(0, query)) {
    path.append(whole.substr(query));
    headers.set(HeaderId::kPath, path);
  }
  return trusted ? verdict : PathVerdict::kReject;
}

void normalizeHost(HeaderMap& headers, const HcmOptions& options, uint32_t localPort) {
  std::string_view host = headers.authority();
  if (options.stripTrailingHostDot) {
    const size_t dot = host.rfind('.');
    if (dot != std::string_view::npos && dot + 1 == host.size()) {
      headers.set(HeaderId::kAuthority, host.substr(0, dot));
    } else if (dot != std::string_view::npos && host[dot + 1] == ':') {
      headers.set(HeaderId::kAuthority, std::string(host.substr(0, dot)) + std::string(host.substr(dot + 1)));
    }
    host = headers.authority();
  }
  // RFC 9110 section 9.3.6: the target of a CONNECT needs its port.
  if (options.stripHostPort == StripHostPort::kKeep || headers.method() == "CONNECT") return;
  const size_t colon = portStart(host);
  if (colon == std::string_view::npos) return;
  const auto port = parseDecimal(host.substr(colon + 1));
  if (!port || *port > UINT32_MAX) return;
  if (options.stripHostPort == StripHostPort::kMatching && *port != localPort) return;
  headers.set(HeaderId::kAuthority, host.substr(0, colon));
}

}  // namespace orrery::http
