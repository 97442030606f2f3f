#pragma once

#include <string_view>

#include "proxy/http/hcm_config.h"
#include "proxy/http/request_id.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

// What the connection manager does to heads on their way through, in Envoy's order (conn_manager_utility.cc).
namespace orrery::http {

// Removes the fields that Connection names (RFC 9110 section 7.6.1). False: it names what no hop may take away.
bool removeNominatedHeaders(message::HeaderMap& headers);

// Whether the client wants the connection closed after this request (RFC 9112 section 9.3).
bool wantsClose(const message::HeaderMap& headers, bool http10);

// An authority as RFC 3986 section 3.2 spells it; empty is allowed.
bool authorityIsValid(std::string_view authority);

struct DownstreamPeer {
  const io::Address& address;
  // Envoy puts the machine's own address into x-forwarded-for for a loopback peer.
  std::string_view ownAddressText;
  uint32_t localPort = 0;  // of the listener
};

struct RequestOrigin {
  std::string_view remoteAddress;  // "1.2.3.4:0", in the arena; empty: the peer itself
  bool internal = false;
  uint32_t rejectStatus =
      0;  // not 0: answer with it, the client's address was not found (original_ip_detection_extensions)
};

// Sanitises and completes the head of a request that came from `peer`; `info` is what early mutations may speak of.
RequestOrigin mutateRequestHeaders(message::HeaderMap& headers, const CompiledHcm& config, const DownstreamPeer& peer,
                                   const stream_info::StreamInfo& info, RequestIdMaker& ids);

// `request` may be null (no head was read). Interim responses (1xx) get no via.
void mutateResponseHeaders(message::HeaderMap& headers, const message::HeaderMap* request, const HcmOptions& options,
                           bool interim = false);

}  // namespace orrery::http
