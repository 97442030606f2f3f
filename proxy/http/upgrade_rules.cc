#include "proxy/http/upgrade_rules.h"

#include <algorithm>
#include <string>

#include "proxy/base/ascii.h"

namespace orrery::http {

using message::HeaderEntry;
using message::HeaderId;
using message::HeaderMap;

namespace {

const message::HeaderName& kProtocol() {
  static const message::HeaderName name(":protocol");
  return name;
}

// A length of nothing is said of what has no body; HTTP/2 must not hear of it (nghttp2 refuses it in a tunnel).
void removeZeroLength(HeaderMap& headers) {
  if (headers.get(HeaderId::kContentLength) == "0") headers.remove(HeaderId::kContentLength);
}

// The tokens of `list` for which out(token) is false, joined again.
template <class F>
std::string withoutTokens(std::string_view list, F&& out) {
  std::string left;
  forEachToken(list, [&](std::string_view token) {
    if (out(token)) return;
    if (!left.empty()) left += ',';
    left += token;
  });
  return left;
}

void removeUpgradeFields(HeaderMap& headers) {
  headers.remove(HeaderId::kUpgrade);
  headers.remove(HeaderId::kConnection);
}

}  // namespace

bool isUpgrade(const HeaderMap& headers) {
  if (!headers.has(HeaderId::kUpgrade) || !headers.has(HeaderId::kConnection)) return false;
  bool found = false;
  forEachToken(headers.get(HeaderId::kConnection),
               [&](std::string_view token) { found |= equalsIgnoreCase(token, "upgrade"); });
  return found;
}

bool isWebSocketUpgrade(const HeaderMap& request) {
  return isUpgrade(request) && equalsIgnoreCase(request.get(HeaderId::kUpgrade), "websocket");
}

bool removeUpgrades(HeaderMap& request, std::span<const match::StringMatcher> ignored) {
  if (!request.has(HeaderId::kUpgrade)) return false;
  const bool h2c = equalsIgnoreCase(request.get(HeaderId::kUpgrade), "h2c");
  if (!h2c && ignored.empty()) return false;
  const std::string left = withoutTokens(request.get(HeaderId::kUpgrade), [&](std::string_view protocol) {
    return h2c || std::any_of(ignored.begin(), ignored.end(),
                              [&](const match::StringMatcher& matcher) { return match::matches(matcher, protocol); });
  });
  if (!left.empty()) {
    request.set(HeaderId::kUpgrade, left);
    return false;
  }
  request.remove(HeaderId::kUpgrade);
  const std::string options = withoutTokens(request.get(HeaderId::kConnection), [&](std::string_view option) {
    return equalsIgnoreCase(option, "upgrade") || (h2c && equalsIgnoreCase(option, "http2-settings"));
  });
  if (options.empty()) {
    request.remove(HeaderId::kConnection);
  } else {
    request.set(HeaderId::kConnection, options);
  }
  if (h2c) request.remove("http2-settings");
  return true;
}

bool isExtendedConnect(const HeaderMap& request) {
  if (request.method() != "CONNECT") return false;
  const std::string_view protocol = request.get(kProtocol());
  return !protocol.empty() && protocol != "bytestream";
}

void requestToHttp1(HeaderMap& request) {
  request.setReference(HeaderId::kMethod, "GET");
  request.setReference(HeaderId::kUpgrade, request.get(kProtocol()));
  request.setReference(HeaderId::kConnection, "upgrade");
  request.remove(kProtocol());
}

void requestToHttp2(HeaderMap& request) {
  request.setReference(HeaderId::kMethod, "CONNECT");
  request.addReference(kProtocol().text(), HeaderId::kOther, request.get(HeaderId::kUpgrade));
  removeUpgradeFields(request);
  removeZeroLength(request);
}

void responseToHttp2(HeaderMap& response) {
  if (response.status() == 101) response.setReference(HeaderId::kStatus, "200");
  removeUpgradeFields(response);
  removeZeroLength(response);
}

void responseToHttp1(HeaderMap& response, std::string_view type) {
  if (response.status() != 200) return;
  response.setReference(HeaderId::kUpgrade, type);
  response.setReference(HeaderId::kConnection, "upgrade");
  response.setReference(HeaderId::kStatus, "101");
}

}  // namespace orrery::http
