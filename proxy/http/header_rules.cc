#include "proxy/http/header_rules.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "proxy/base/ascii.h"
#include "proxy/http/address_rules.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/route/finalize.h"

namespace orrery::http {

using message::HeaderEntry;
using message::HeaderId;
using message::HeaderIdSet;
using message::HeaderMap;

namespace {

bool hasCapitals(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return asciiLower(c) != c; });
}

// Removed from every request that is not internal.
constexpr HeaderIdSet kExternalNames{HeaderId::kEnvoyRetriableStatusCodes,
                                     HeaderId::kEnvoyRetriableHeaderNames,
                                     HeaderId::kEnvoyRetryOn,
                                     HeaderId::kEnvoyRetryGrpcOn,
                                     HeaderId::kEnvoyMaxRetries,
                                     HeaderId::kEnvoyUpstreamAltStatName,
                                     HeaderId::kEnvoyUpstreamRqTimeoutMs,
                                     HeaderId::kEnvoyUpstreamRqPerTryTimeoutMs,
                                     HeaderId::kEnvoyUpstreamRqTimeoutAltResponse,
                                     HeaderId::kEnvoyExpectedRqTimeoutMs,
                                     HeaderId::kEnvoyForceTrace,
                                     HeaderId::kEnvoyIpTags,
                                     HeaderId::kEnvoyHedgeOnPerTryTimeout};
// Removed at the edge as well (external, and the peer's own address counts).
constexpr HeaderIdSet kEdgeNames{HeaderId::kEnvoyDecoratorOperation, HeaderId::kEnvoyDownstreamServiceCluster,
                                 HeaderId::kEnvoyDownstreamServiceNode, HeaderId::kEnvoyOriginalPath,
                                 HeaderId::kEnvoyOriginalHost};
constexpr HeaderIdSet kHopByHopNames{HeaderId::kKeepAlive, HeaderId::kProxyConnection, HeaderId::kTransferEncoding};
constexpr HeaderIdSet kUpgradeNames{HeaderId::kConnection, HeaderId::kUpgrade};
constexpr HeaderIdSet kSanitizedNames{HeaderId::kEnvoyInternal};

void removeNames(HeaderMap& headers, const HeaderIdSet& names) {
  bool any = false;
  for (const HeaderEntry& e : headers) any |= names.has(e.id);
  if (any) headers.removeIf([&](const HeaderEntry& e) { return names.has(e.id); });
}

bool hasToken(std::string_view list, std::string_view token) {
  bool found = false;
  forEachToken(list, [&](std::string_view t) { found |= equalsIgnoreCase(t, token); });
  return found;
}

// RFC 9110 section 10.1.4: only "trailers" is passed on.
void sanitizeTe(HeaderMap& headers) {
  if (!headers.has(HeaderId::kTe)) return;
  if (hasToken(headers.get(HeaderId::kTe), "trailers")) {
    headers.setReference(HeaderId::kTe, "trailers");
  } else {
    headers.remove(HeaderId::kTe);
  }
}

void appendVia(HeaderMap& headers, const std::string& via) {
  if (via.empty()) return;
  const std::string_view before = headers.get(HeaderId::kVia);
  if (before.empty()) {
    headers.setReference(HeaderId::kVia, headers.arena().copy(via));
    return;
  }
  char* const room = headers.arena().room(before.size() + 2 + via.size());
  std::memcpy(room, before.data(), before.size());
  std::memcpy(room + before.size(), ", ", 2);
  std::memcpy(room + before.size() + 2, via.data(), via.size());
  headers.setReference(HeaderId::kVia, {room, before.size() + 2 + via.size()});
}

}  // namespace

bool removeNominatedHeaders(HeaderMap& headers) {
  // Envoy's bounds on what one Connection field may say.
  constexpr size_t kMaxNominated = 10;
  std::array<std::string_view, kMaxNominated> names;
  size_t count = 0;
  bool allowed = true;
  forEachToken(headers.get(HeaderId::kConnection), [&](std::string_view token) {
    if (equalsIgnoreCase(token, "close") || equalsIgnoreCase(token, "keep-alive") ||
        equalsIgnoreCase(token, "upgrade") || equalsIgnoreCase(token, "te")) {
      return;  // te has its own rule
    }
    if (count == kMaxNominated || token.starts_with(':') || equalsIgnoreCase(token, "x-forwarded-for") ||
        equalsIgnoreCase(token, "x-forwarded-host") || equalsIgnoreCase(token, "x-forwarded-proto")) {
      allowed = false;
      return;
    }
    names[count++] = token;
  });
  if (!allowed || count == 0) return allowed;
  headers.removeIf([&](const HeaderEntry& e) {
    // "host" takes the authority along: the request then has none, as in Envoy.
    const std::string_view name = e.id == HeaderId::kAuthority ? "host" : e.name;
    for (size_t i = 0; i < count; ++i) {
      if (equalsIgnoreCase(names[i], name)) return true;
    }
    return false;
  });
  return true;
}

bool wantsClose(const HeaderMap& headers, bool http10) {
  if (http10) return !hasToken(headers.get(HeaderId::kConnection), "keep-alive");
  return hasToken(headers.get(HeaderId::kConnection), "close") ||
         hasToken(headers.get(HeaderId::kProxyConnection), "close");
}

bool authorityIsValid(std::string_view authority) {
  for (const char c : authority) {
    const bool alphaNumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alphaNumeric && (c == 0 || std::strchr("!$%&'()*+,-.:;=@[]_~", c) == nullptr)) return false;
  }
  return true;
}

RequestOrigin mutateRequestHeaders(HeaderMap& headers, const CompiledHcm& config, const DownstreamPeer& peer,
                                   const stream_info::StreamInfo& info, RequestIdMaker& ids) {
  const HcmOptions& options = *config.options;
  if (!options.earlyMutations.empty()) route::applyMutations(options.earlyMutations, {info, &headers}, headers);
  HeaderIdSet removed = kHopByHopNames | kSanitizedNames;
  if (!isUpgrade(headers)) {
    removed |= kUpgradeNames;
    sanitizeTe(headers);
  }

  // Nobody in front is trusted to have written these fields.
  const bool behindEdge = options.useRemoteAddress && options.xffNumTrustedHops == 0;
  RequestOrigin origin;
  bool trusted = false;  // whether the address decides about internal or external
  std::optional<io::Address> address;
  if (options.useRemoteAddress) {
    trusted = !headers.has(HeaderId::kXForwardedFor);
    if (options.xffNumTrustedHops > 0) {
      address = addressFromXff(headers.get(HeaderId::kXForwardedFor), options.xffNumTrustedHops - 1).address;
    }
    if (address) {
      origin.remoteAddress = headers.arena().copy(address->withPort(0).text());
    } else {
      address = peer.address;
    }
    if (!options.skipXffAppend) appendXff(headers, peer);
    if (options.xffNumTrustedHops == 0 || !headers.has(HeaderId::kXForwardedProto)) {
      headers.setReference(HeaderId::kXForwardedProto, "http");
    }
  } else {
    if (!options.ipDetection.empty()) {
      const Detected found = detectAddress(headers, options, peer);
      address = found.address;
      trusted = found.trusted;
      origin.rejectStatus = found.rejectStatus;
      if (origin.rejectStatus != 0) return origin;
    } else if (headers.has(HeaderId::kXForwardedFor)) {
      const XffAddress found = addressFromXff(headers.get(HeaderId::kXForwardedFor), options.xffNumTrustedHops);
      address = found.address;
      trusted = found.only;
    }
    if (address) origin.remoteAddress = headers.arena().copy(address->withPort(0).text());
    if (!headers.has(HeaderId::kXForwardedProto)) headers.setReference(HeaderId::kXForwardedProto, "http");
  }
  if (options.appendXForwardedPort && (behindEdge || !headers.has(HeaderId::kXForwardedPort))) {
    headers.set(HeaderId::kXForwardedPort, std::to_string(peer.localPort));
  }
  if (!options.schemeOverwrite.empty()) {
    headers.setReference(HeaderId::kScheme, options.schemeOverwrite);
    headers.setReference(HeaderId::kXForwardedProto, options.schemeOverwrite);
  } else if (!headers.has(HeaderId::kScheme)) {
    headers.setReference(HeaderId::kScheme, headers.get(HeaderId::kXForwardedProto) == "https" ? "https" : "http");
  } else if (const std::string_view scheme = headers.scheme(); hasCapitals(scheme)) {
    // RFC 3986 section 3.1: schemes are equal whatever their case; who compares sees one (CVE-2023-35944).
    headers.set(HeaderId::kScheme, toLower(scheme));
  }

  origin.internal = trusted && address && match::anyHolds(options.internalRanges, *address);
  const bool edge = !origin.internal && options.useRemoteAddress;
  if (!origin.internal) removed |= edge ? kExternalNames | kEdgeNames : kExternalNames;
  if (options.forwardClientCert != ForwardClientCert::kAlwaysForwardOnly) removed.add(HeaderId::kXForwardedClientCert);
  removeNames(headers, removed);
  // Of the configuration itself; those of scopes are not known yet here.
  if (!origin.internal && options.routes != nullptr) {
    for (const message::HeaderName& name : options.routes->internalOnlyHeaders) headers.remove(name);
  }
  if (origin.internal) headers.setReference(HeaderId::kEnvoyInternal, "true");

  if (config.userAgent) {
    headers.set(HeaderId::kEnvoyDownstreamServiceCluster, *config.userAgent);
    if (headers.get(HeaderId::kUserAgent).empty()) headers.set(HeaderId::kUserAgent, *config.userAgent);
    if (!config.serviceNode.empty()) headers.set(HeaderId::kEnvoyDownstreamServiceNode, config.serviceNode);
  }
  appendVia(headers, options.via);
  if (edge && address->isIp()) headers.set(HeaderId::kEnvoyExternalAddress, address->ipText());
  if (options.generateRequestId) {
    // At the edge an incoming id is not believed, unless the configuration says so.
    const bool replace = edge && !options.preserveExternalRequestId;
    if (replace || !headers.has(HeaderId::kXRequestId)) {
      headers.setReference(HeaderId::kXRequestId, ids.make(headers.arena()));
    }
  }
  return origin;
}

void mutateResponseHeaders(HeaderMap& headers, const HeaderMap* request, const HcmOptions& options, bool interim) {
  HeaderIdSet removed = kHopByHopNames;
  if (request != nullptr && isUpgrade(*request) && isUpgrade(headers)) {
    // RFC 9110 section 15.2.2: an accepted upgrade has no body; anything else needs its length said.
    if (!headers.has(HeaderId::kTransferEncoding) && !headers.has(HeaderId::kContentLength) &&
        headers.status() >= 200) {
      headers.setReference(HeaderId::kContentLength, "0");
    }
  } else {
    removed |= kUpgradeNames;
  }
  removeNames(headers, removed);
  if (options.alwaysSetRequestIdInResponse && request != nullptr && request->has(HeaderId::kXRequestId)) {
    headers.set(HeaderId::kXRequestId, request->get(HeaderId::kXRequestId));
  }
  if (!interim) appendVia(headers, options.via);
}

}  // namespace orrery::http
