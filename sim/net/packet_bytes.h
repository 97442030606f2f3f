#pragma once

#include <string>

#include "sim/net/segment.h"

namespace orrery::sim {

// The segment as an IP packet (RFC 791, RFC 8200) with TCP (RFC 9293), UDP (RFC 768) or ICMP (RFC 792, RFC 4443) in it, checksums right, as it would stand on
// the wire. Appends to `out`; `identification` goes into the IPv4 header.
//
// A SYN says the largest segment (RFC 9293 section 3.7.1) and a window scale of 2^7 (RFC 7323, Linux' default): windows of
// other segments are given in units of 128 bytes, rounded up, so that only a closed window reads 0.
void appendPacket(const Segment& segment, uint16_t identification, uint32_t mss, std::string& out);

}  // namespace orrery::sim
