#pragma once

#include <span>
#include <string_view>

#include "proxy/match/string_matcher.h"
#include "proxy/message/header_map.h"

// What heads say of upgrades, and how HTTP/1 and HTTP/2 say the same thing (Envoy's Http::Utility; RFC 9110 section 7.8,
// RFC 8441). Names and values stay in the maps' arenas. Threading: the worker's.
namespace orrery::http {

// Both "connection: upgrade" and an upgrade field.
bool isUpgrade(const message::HeaderMap& headers);

// An upgrade to "websocket" (RFC 6455): its payload waits for the answer.
bool isWebSocketUpgrade(const message::HeaderMap& request);

// Takes out what asks for HTTP/2 by an upgrade ("upgrade: h2c"), which nobody grants (Envoy #7161; RFC 9113 section 3.1
// has dropped it), and the protocols that are to be ignored (ignore_http_11_upgrade). Whether nothing is left to change to
// of what there was.
bool removeUpgrades(message::HeaderMap& request, std::span<const match::StringMatcher> ignored);

// A CONNECT with :protocol. "bytestream" is none: it is treated as a plain CONNECT, as in Envoy.
bool isExtendedConnect(const message::HeaderMap& request);

// "GET" with upgrade and connection fields, and an extended CONNECT; 101, and 200.
void requestToHttp1(message::HeaderMap& request);
void requestToHttp2(message::HeaderMap& request);
void responseToHttp2(message::HeaderMap& response);
// `type`: what the request asked for; lives as long as the map.
void responseToHttp1(message::HeaderMap& response, std::string_view type);

}  // namespace orrery::http
