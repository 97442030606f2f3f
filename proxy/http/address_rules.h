#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "proxy/http/hcm_options.h"
#include "proxy/http/header_rules.h"

// Who the client is, from x-forwarded-for and the connection.
namespace orrery::http {

struct XffAddress {
  std::optional<io::Address> address;
  bool only = false;  // the field held this one address and nothing else
};
// The address before the last `skip` ones; none if there are fewer or it is no address.
XffAddress addressFromXff(std::string_view xff, uint32_t skip);

// Appends the peer's address (measured: ',' without space).
void appendXff(message::HeaderMap& headers, const DownstreamPeer& peer);

// What original_ip_detection_extensions found out.
struct Detected {
  std::optional<io::Address> address;
  bool trusted = false;  // the address may make the request internal
  uint32_t rejectStatus = 0;
};
// Asks the configured extensions in order; appends to x-forwarded-for where they say so.
Detected detectAddress(message::HeaderMap& headers, const HcmOptions& options, const DownstreamPeer& peer);

}  // namespace orrery::http
