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

bool isInternalAddress(const io::Address& address, const std::vector<HcmOptions::Cidr>& ranges);

}  // namespace orrery::http
